import { MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES } from '../contract/time-limit';
import { DEPLOYMENT_ID_FORM, isDeploymentId } from '../flightcontrol/deployment-id';
import { describeValue } from '../text';

/** What is watched, and for how long. */
export interface WatchInput {
  readonly deploymentId: string;
  readonly timeoutMinutes: number;
}

/** The input, or a sentence for all subscribers: the field, what is allowed, and what was received, or what it is like. */
export type WatchInputResult = { readonly input: WatchInput } | { readonly mistake: string };

/** Reads the input of an execution, which may be any JSON. */
export function readWatchInput(input: unknown, defaultTimeoutMinutes: number): WatchInputResult {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return {
      mistake: `The input of the watch must be a JSON object such as {"deploymentId":"clcp..."}, got ${describeValue(input)}.`,
    };
  }
  const { deploymentId, timeoutMinutes = defaultTimeoutMinutes } = input as Record<string, unknown>;
  if (!isDeploymentId(deploymentId)) {
    return {
      mistake: `deploymentId must be the id of a Flightcontrol deployment (${DEPLOYMENT_ID_FORM}), got ${describeValue(deploymentId)}.`,
    };
  }
  if (!isTimeoutMinutes(timeoutMinutes)) {
    return { mistake: `timeoutMinutes must be ${TIMEOUT_MINUTES_FORM}, got ${describeValue(timeoutMinutes)}.` };
  }
  return { input: { deploymentId, timeoutMinutes } };
}

export const TIMEOUT_MINUTES_FORM = `a whole number from ${MIN_TIMEOUT_MINUTES} to ${MAX_TIMEOUT_MINUTES}`;

export function isTimeoutMinutes(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= MIN_TIMEOUT_MINUTES && Number(value) <= MAX_TIMEOUT_MINUTES;
}

/** The id that an input of any kind asks for; undefined if there is none: another text could be a credential. */
export function requestedDeploymentId(input: unknown): string | undefined {
  const id = (input as { deploymentId?: unknown } | null | undefined)?.deploymentId;
  return isDeploymentId(id) ? id : undefined;
}
