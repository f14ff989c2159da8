import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { Look } from '../watch/look';
import { readErrorMessage } from '../watch/task-error';
import { readLook } from './last-look';

/** What somebody who follows an execution gets to hear. */
export interface Follower {
  started?(at: Date): void;
  /** A round of the state machine has looked at the deployment. */
  looked?(look: Look, at: Date): void;
  /** A round could not, and will be tried again. */
  stumbled?(message: string, at: Date): void;
  /** AWS cannot be asked for the moment. */
  lostSight?(error: Error): void;
}

/** How an execution ended, out of its own history. */
export interface EndedExecution {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** The deployment as it was seen last. */
  readonly look: Look | null;
}

/** From 1 s at first; at 5 s a hundred followers stay within the API's 20 calls a second. */
const MAX_SECONDS_BETWEEN_CALLS = 5;

/** On top of the SDK's own retries; after so many failures in a row, some 10 minutes, it is given up. */
const MAX_FAILURES_IN_A_ROW = 20;

const PAGE_SIZE = 200;

/**
 * Follows an execution to its end.
 *
 * @throws what the AWS SDK throws, if it will not pass.
 */
export async function followExecution(
  stepFunctions: SFNClient,
  executionArn: string,
  follower: Follower,
): Promise<EndedExecution> {
  const story = new Story(follower);
  for (let [calls, failures] = [1, 0]; ; calls += 1) {
    try {
      for (const event of await eventsAfter(stepFunctions, executionArn, story.lastEventId)) story.take(event);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!mayPass(error) || failures === MAX_FAILURES_IN_A_ROW) throw error;
      if (failures === 1) follower.lostSight?.(error as Error);
    }
    if (story.end !== undefined) return story.end;
    await sleep(Math.min(calls, MAX_SECONDS_BETWEEN_CALLS) * 1000);
  }
}

function mayPass(error: unknown): boolean {
  const sdkError = error as Parameters<typeof isTransientError>[0];
  // Right after its start an execution may not be known everywhere.
  if (sdkError.name === 'ExecutionDoesNotExist') return true;
  return isTransientError(sdkError) || isThrottlingError(sdkError) || isServerError(sdkError);
}

/** The newest pages only, back to what is known; in the order in which it happened. */
async function eventsAfter(stepFunctions: SFNClient, executionArn: string, lastEventId: number) {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await stepFunctions.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: PAGE_SIZE, nextToken }),
    );
    const { events: found = [] } = page;
    const fresh = found.filter(({ id = 0 }) => id > lastEventId);
    events.push(...fresh);
    // A page may hold fewer events than it may, and yet not be the last.
    nextToken = fresh.length === found.length ? page.nextToken : undefined;
  } while (nextToken !== undefined);
  return events.reverse();
}

class Story {
  lastEventId = 0;
  end: EndedExecution | undefined;
  private startedAt: Date | undefined;
  private look: Look | null = null;

  constructor(private readonly follower: Follower) {}

  take(event: HistoryEvent): void {
    const at = event.timestamp ?? new Date();
    this.lastEventId = event.id ?? this.lastEventId;
    if (event.type === 'ExecutionStarted') this.start(at);
    if (event.stateExitedEventDetails !== undefined) this.leaveState(event.stateExitedEventDetails, at);
    const failure = event.lambdaFunctionFailedEventDetails ?? event.taskFailedEventDetails;
    if (failure !== undefined) this.follower.stumbled?.(readFailure(failure), at);
    this.end = this.readEnd(event, at);
  }

  private start(at: Date): void {
    this.startedAt = at;
    this.follower.started?.(at);
  }

  private leaveState({ name, output }: { name: string | undefined; output?: string | undefined }, at: Date): void {
    const look = readLook(output);
    if (look === undefined) return;
    this.look = look;
    if (name === 'Poll Deployment' || name === 'Explain Failure') this.follower.looked?.(look, at);
  }

  private readEnd(event: HistoryEvent, at: Date): EndedExecution | undefined {
    const end = END_OF_EVENT[event.type ?? ''];
    if (end === undefined) return undefined;
    const { error, cause } = end.details(event) ?? {};
    return { status: end.status, error, cause, startedAt: this.startedAt ?? at, endedAt: at, look: this.look };
  }
}

interface End {
  readonly status: EndedExecution['status'];
  readonly details: (event: HistoryEvent) => { error?: string | undefined; cause?: string | undefined } | undefined;
}

const END_OF_EVENT: Readonly<Record<string, End>> = {
  ExecutionSucceeded: { status: 'SUCCEEDED', details: () => undefined },
  ExecutionFailed: { status: 'FAILED', details: (event) => event.executionFailedEventDetails },
  ExecutionAborted: { status: 'ABORTED', details: (event) => event.executionAbortedEventDetails },
  ExecutionTimedOut: { status: 'TIMED_OUT', details: (event) => event.executionTimedOutEventDetails },
};

/** `FlightcontrolUnavailable, GET ...: 502`; the cause of a function's error is JSON. */
function readFailure({
  error = 'error',
  cause = '',
}: {
  error?: string | undefined;
  cause?: string | undefined;
}): string {
  return `${error}, ${readErrorMessage(cause)}`;
}
