import { API_GENERATIONS, type ApiGeneration } from '../contract/api-generations';
import { parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { DEPLOYMENT_ID_FORM, isDeploymentId } from '../flightcontrol/deployment-id';
import { describeValue, messageOf } from '../text';
import { isTimeoutMinutes, TIMEOUT_MINUTES_FORM } from '../watch/watch-input';
import { findIdInAddress } from './deployment-address';
import { UsageError } from './errors';

/**
 * Reads a deployment's id, also from a pasted address of Flightcontrol's dashboard.
 *
 * @throws UsageError
 */
export function parseDeploymentId(text: string): string {
  const id = isDeploymentId(text) ? text : findIdInAddress(text);
  if (id !== undefined) return id;
  throw new UsageError(
    `deploymentId: got ${describeValue(text)}, expected ${DEPLOYMENT_ID_FORM}, or an address on flightcontrol.dev that holds it.`,
  );
}

/** @throws UsageError */
export function parseTimeoutMinutes(text: string): number {
  if (/^\d+$/.test(text) && isTimeoutMinutes(Number(text))) return Number(text);
  throw new UsageError(`--timeout-minutes: got ${describeValue(text)}, expected ${TIMEOUT_MINUTES_FORM}.`);
}

const LIMIT = { least: 1, most: 1000 };

/** @throws UsageError */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= LIMIT.least && limit <= LIMIT.most) return limit;
  throw new UsageError(
    `--limit: got ${describeValue(text)}, expected an integer from ${LIMIT.least} to ${LIMIT.most}.`,
  );
}

/** @throws UsageError */
export function parseApiGeneration(text: string): ApiGeneration {
  const generation = API_GENERATIONS.find((known) => known === text);
  if (generation !== undefined) return generation;
  throw new UsageError(`--api: got ${describeValue(text)}, expected ${API_GENERATIONS.join(' or ')}.`);
}

/** @throws UsageError */
export function checkApiBaseUrl(text: string): string {
  try {
    parseApiBaseUrl(text);
    return text;
  } catch (error) {
    throw new UsageError(`--api-base-url: ${messageOf(error)}.`);
  }
}
