import { MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES, type Outcome } from '../contract/names';
import { DEPLOYMENT_ID_FORM, isDeploymentId } from '../flightcontrol/deployment-id';
import { showValue } from '../text';
import { isTimeoutMinutes } from '../watch/watch-input';
import { UsageError } from './errors';

/** Exit statuses. Source: the README, "Command line". */
export const EXIT_STATUS: Readonly<Record<Outcome, number>> = {
  SUCCEEDED: 0,
  FAILED: 1,
  CANCELLED: 1,
  TIMED_OUT: 3,
  WATCH_FAILED: 3,
};

/** @throws UsageError */
export function checkDeploymentId(text: string): string {
  if (isDeploymentId(text)) return text;
  throw new UsageError(`deploymentId: got ${showValue(text)}, expected ${DEPLOYMENT_ID_FORM}.`);
}

/** @throws UsageError */
export function readTimeoutMinutes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && isTimeoutMinutes(Number(text))) return Number(text);
  throw new UsageError(
    `--timeout-minutes: got ${showValue(text)}, expected a whole number from ${MIN_TIMEOUT_MINUTES} to ${MAX_TIMEOUT_MINUTES}.`,
  );
}
