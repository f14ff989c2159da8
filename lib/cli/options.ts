import { parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { DEPLOYMENT_ID_FORM, isDeploymentId } from '../flightcontrol/deployment-id';
import { messageOf, showValue } from '../text';
import { isTimeoutMinutes, TIMEOUT_MINUTES_FORM } from '../watch/watch-input';
import { UsageError } from './errors';

/** @throws UsageError */
export function parseDeploymentId(text: string): string {
  if (isDeploymentId(text)) return text;
  throw new UsageError(`deploymentId: got ${showValue(text)}, expected ${DEPLOYMENT_ID_FORM}.`);
}

/** @throws UsageError */
export function parseTimeoutMinutes(text: string): number {
  if (/^\d+$/.test(text) && isTimeoutMinutes(Number(text))) return Number(text);
  throw new UsageError(`--timeout-minutes: got ${showValue(text)}, expected ${TIMEOUT_MINUTES_FORM}.`);
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
