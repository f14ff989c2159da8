import { ERROR_OF_OUTCOME, NOTIFICATION_FAILED, WATCH_STOPPED } from '../contract/errors';
import type { UnsuccessfulStatus } from '../contract/events';
import type { Notification } from '../notification/notification';
import type { Look } from './look';
import { joinSentence } from './task-error';
import { failWatch, WATCH_AGAIN, type WatchFailure } from './watch-failure';
import { requestedDeploymentId } from './watch-input';

/** How an execution ended that did not succeed. Source: Step Functions API, DescribeExecution. */
export interface UnsuccessfulExecution {
  readonly status: UnsuccessfulStatus;
  readonly error?: string | null | undefined;
  readonly cause?: string | null | undefined;
}

export interface BrokenWatch extends UnsuccessfulExecution {
  readonly executionArn: string;
  /** The execution's input, of any kind. */
  readonly input: unknown;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** What its last round saw. */
  readonly look: Look | null;
}

const OWN_ERRORS: readonly string[] = [...Object.values(ERROR_OF_OUTCOME), NOTIFICATION_FAILED];

/** True unless the execution reached one of its own final states, behind which it has published or tried to. */
export function isBroken({ status, error }: UnsuccessfulExecution): boolean {
  return status !== 'FAILED' || !OWN_ERRORS.includes(error ?? '');
}

/** The notification of a watch that could not publish one itself. */
export function describeBrokenWatch(watch: BrokenWatch): Notification {
  const facts = {
    executionArn: watch.executionArn,
    startedAt: watch.startedAt.toISOString(),
    now: watch.endedAt,
    previous: watch.look,
  };
  return failWatch(requestedDeploymentId(watch.input), facts, explain(watch)).notification;
}

const WHAT_HAPPENED: Readonly<Record<UnsuccessfulStatus, string>> = {
  ABORTED: 'The watch was aborted before the deployment finished',
  TIMED_OUT: "The watch hit the state machine's own time-out before the deployment finished",
  FAILED: 'The watch broke inside Step Functions',
};

const NEXT_STEP: Readonly<Record<UnsuccessfulStatus, string>> = {
  ABORTED: `If that was not intended, ${WATCH_AGAIN}.`,
  TIMED_OUT: `Look at Flightcontrol's dashboard, then ${WATCH_AGAIN}.`,
  FAILED: `Look at the execution, then ${WATCH_AGAIN}; if it breaks again, look for a newer version of Flightwatch.`,
};

function explain({ status, error, cause }: UnsuccessfulExecution): WatchFailure {
  // The cause says it in words.
  const shownError = error === WATCH_STOPPED && cause ? undefined : error;
  return { reason: joinSentence(WHAT_HAPPENED[status], shownError, cause), nextStep: NEXT_STEP[status] };
}
