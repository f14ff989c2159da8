import { ERROR_OF_OUTCOME, NOTIFICATION_FAILED } from '../contract/names';
import type { Notification } from '../notification/notification';
import type { Look } from './look';
import { failWatch, WATCH_AGAIN, type WatchFailure } from './watch-failure';

/** How an execution closed that did not succeed. Source: Step Functions API, DescribeExecution. */
export interface ClosedExecution {
  readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error?: string | null | undefined;
  readonly cause?: string | null | undefined;
}

export interface BrokenWatch extends ClosedExecution {
  readonly executionArn: string;
  /** The execution's input, of any kind. */
  readonly input: unknown;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** What its last round saw. */
  readonly look: Look | null;
}

const OWN_ERRORS: readonly string[] = [...Object.values(ERROR_OF_OUTCOME), NOTIFICATION_FAILED];

/** True if the execution did not come to one of its own ends, each of which has told, or tried to. */
export function isBroken({ status, error }: ClosedExecution): boolean {
  return status !== 'FAILED' || !OWN_ERRORS.includes(error ?? '');
}

/** What is told about a watch that could not tell anything itself. */
export function reportBrokenWatch(watch: BrokenWatch): Notification {
  const moment = {
    executionArn: watch.executionArn,
    startedAt: watch.startedAt.toISOString(),
    now: watch.endedAt,
    previous: watch.look,
  };
  return failWatch(explain(watch), watch.input, moment).notification;
}

const WHAT_HAPPENED: Readonly<Record<ClosedExecution['status'], string>> = {
  ABORTED: 'The watch was aborted before it could tell how the deployment ended',
  TIMED_OUT: "The watch hit the state machine's own time-out before it could tell how the deployment ended",
  FAILED: 'The watch broke inside Step Functions',
};

const WHAT_TO_DO: Readonly<Record<ClosedExecution['status'], string>> = {
  ABORTED: `If that was not intended, ${WATCH_AGAIN}.`,
  TIMED_OUT: `Look at Flightcontrol's dashboard, then ${WATCH_AGAIN}.`,
  FAILED: `Look at the execution, then ${WATCH_AGAIN}; if it breaks again, look for a newer Flightwatch.`,
};

function explain({ status, error, cause }: ClosedExecution): WatchFailure {
  const details = [error, cause].filter(Boolean).join(': ');
  return {
    reason: `${WHAT_HAPPENED[status]}${details === '' ? '' : `: ${details}`}.`,
    nextStep: WHAT_TO_DO[status],
  };
}
