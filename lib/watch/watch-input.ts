import { MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES } from '../contract/names';
import { DEPLOYMENT_ID_FORM, isDeploymentId } from '../flightcontrol/deployment-id';
import { showValue } from '../text';

/** What is watched, and until when. */
export interface Watch {
  readonly deploymentId: string;
  readonly timeoutMinutes: number;
}

/** The input of a watch is not what the contract says. The message is for the person who started it. */
export class WatchInputError extends Error {
  override readonly name = 'WatchInputError';
}

/**
 * Reads the input of an execution, which may be any JSON.
 *
 * @throws WatchInputError that names the field and what was received.
 */
export function readWatchInput(input: unknown, defaultTimeoutMinutes: number): Watch {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new WatchInputError(
      `The input of the watch must be a JSON object such as {"deploymentId":"clcp..."}, got ${showValue(input)}.`,
    );
  }
  const { deploymentId, timeoutMinutes = defaultTimeoutMinutes } = input as Record<string, unknown>;
  if (!isDeploymentId(deploymentId)) {
    throw new WatchInputError(
      `deploymentId must be a Flightcontrol deployment's id (${DEPLOYMENT_ID_FORM}), got ${showValue(deploymentId)}.`,
    );
  }
  if (!isTimeoutMinutes(timeoutMinutes)) {
    throw new WatchInputError(
      `timeoutMinutes must be a whole number from ${MIN_TIMEOUT_MINUTES} to ${MAX_TIMEOUT_MINUTES}, got ${showValue(timeoutMinutes)}.`,
    );
  }
  return { deploymentId, timeoutMinutes };
}

export function isTimeoutMinutes(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= MIN_TIMEOUT_MINUTES && Number(value) <= MAX_TIMEOUT_MINUTES;
}
