import { IN_PROGRESS } from '../contract/outcomes';
import { isLookState } from '../contract/state-kinds';
import type { Look } from './look';
import { readErrorMessage } from './task-error';

/** Receives what happens in a watch while it runs, in AWS or on this machine. */
export interface Follower {
  started?(at: Date): void;
  /** A state of the watch has looked at the deployment. */
  looked?(look: Look, at: Date): void;
  /** A task of the state machine failed; it is retried, or the watch ends. */
  taskFailed?(message: string, at: Date): void;
  /** The watch's history cannot be read at the moment. The watch itself is not affected. */
  historyUnavailable?(error: Error): void;
}

/** The look that a state has taken, from the state's output; undefined if the state took none. */
export function readNewLook(stateName: string | undefined, output: unknown): Look | undefined {
  if (!isLookState(stateName)) return undefined;
  const { look, failure } = output as { look: Look | null; failure?: unknown };
  // A state whose task failed passes on the look of the round before.
  const isOld = look === null || (failure !== undefined && look.outcome === IN_PROGRESS);
  return isOld ? undefined : look;
}

/** `FlightcontrolUnavailable, GET ...: 502`. */
export function describeTaskFailure(error = 'error', cause = ''): string {
  return `${error}, ${readErrorMessage(cause)}`;
}
