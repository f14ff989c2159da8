import { API_GENERATIONS, type ApiGeneration } from '../contract/api-generations';
import { OUTCOMES, type Outcome } from '../contract/outcomes';
import { parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { DEPLOYMENT_ID_FORM, isDeploymentId } from '../flightcontrol/deployment-id';
import { describeValue, messageOf, oneLine } from '../text';
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

/** All subscribers see the name. */
export const MAX_NAME_CHARACTERS = 64;

/** @throws UsageError */
export function parseName(text: string): string {
  const name = oneLine(text);
  if (name !== '' && name.length <= MAX_NAME_CHARACTERS && !name.includes('://')) return name;
  throw new UsageError(
    `--by: got ${describeValue(text)}, expected a name of 1 to ${MAX_NAME_CHARACTERS} characters, which all subscribers will see.`,
  );
}

/**
 * Adds an outcome to those that were given before.
 *
 * @throws UsageError
 */
export function parseOutcome(text: string, previous: readonly Outcome[] = []): readonly Outcome[] {
  const outcome = OUTCOMES.find((known) => known === text);
  if (outcome !== undefined) return [...previous, outcome];
  throw new UsageError(`--outcome: got ${describeValue(text)}, expected one of ${OUTCOMES.join(', ')}.`);
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
