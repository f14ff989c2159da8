import type { Outcome } from './outcomes';

/** The error that an execution fails with, by outcome; a successful execution has none. */
export const ERROR_OF_OUTCOME: Readonly<Record<Exclude<Outcome, 'SUCCEEDED'>, string>> = {
  FAILED: 'DeploymentFailed',
  CANCELLED: 'DeploymentCancelled',
  TIMED_OUT: 'WatchTimedOut',
  WATCH_FAILED: 'WatchFailed',
};

/** The error of an execution whose notification could not be published. */
export const NOTIFICATION_FAILED = 'NotificationFailed';

/** The error of an execution that somebody stopped with the command line; its cause says who. */
export const WATCH_STOPPED = 'WatchStopped';

/**
 * The verdict of an execution that reached one of its own ends and published it. A watch that timed out, failed, or
 * could not publish leaves the question open.
 */
export function verdictOf(execution: {
  readonly status?: string | undefined;
  readonly error?: string | undefined;
}): Outcome | undefined {
  if (execution.status === 'SUCCEEDED') return 'SUCCEEDED';
  if (execution.status !== 'FAILED') return undefined;
  return (['FAILED', 'CANCELLED'] as const).find((outcome) => ERROR_OF_OUTCOME[outcome] === execution.error);
}
