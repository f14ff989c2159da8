import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { EndedStatus } from '../contract/events';
import { describeTaskFailure, type Follower, readNewLook } from '../watch/follower';
import type { Look } from '../watch/look';
import { completeLook, readLook } from './last-look';

/** How an execution ended, according to its history. */
export interface EndedExecution {
  readonly status: EndedStatus;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** The last look at the deployment. */
  readonly look: Look | null;
}

/** From 1 s at first; at 5 s a hundred followers stay within the API's 20 calls a second. */
const MAX_SECONDS_BETWEEN_CALLS = 5;

/** On top of the SDK's own retries. This many failures in a row take about 10 minutes. */
const MAX_FAILURES_IN_A_ROW = 20;

const PAGE_SIZE = 200;

/**
 * Follows an execution to its end.
 *
 * @throws what the AWS SDK throws, if a retry cannot help or has failed too often
 */
export async function followExecution(
  stepFunctions: SFNClient,
  executionArn: string,
  follower: Follower,
): Promise<EndedExecution> {
  const history = new HistoryReader(follower);
  for (let [calls, failures] = [1, 0]; ; calls += 1) {
    try {
      for (const event of await eventsAfter(stepFunctions, executionArn, history.lastEventId)) history.read(event);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!isRetryable(error) || failures === MAX_FAILURES_IN_A_ROW) throw error;
      if (failures === 1) follower.historyUnavailable?.(error as Error);
    }
    if (history.end !== undefined) return history.end;
    await sleep(Math.min(calls, MAX_SECONDS_BETWEEN_CALLS) * 1000);
  }
}

function isRetryable(error: unknown): boolean {
  const sdkError = error as Parameters<typeof isTransientError>[0];
  // Right after its start an execution may not be known everywhere.
  if (sdkError.name === 'ExecutionDoesNotExist') return true;
  return isTransientError(sdkError) || isThrottlingError(sdkError) || isServerError(sdkError);
}

/** The events after a known one, oldest first. Reads only the pages that hold new events. */
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
    // A page that is not full may still not be the last.
    nextToken = fresh.length === found.length ? page.nextToken : undefined;
  } while (nextToken !== undefined);
  return events.reverse();
}

/** Reads an execution's events in order, and tells the follower about them. */
class HistoryReader {
  lastEventId = 0;
  end: EndedExecution | undefined;
  private startedAt: Date | undefined;
  private look: Look | null = null;

  constructor(private readonly follower: Follower) {}

  read(event: HistoryEvent): void {
    const at = event.timestamp ?? new Date();
    this.lastEventId = event.id ?? this.lastEventId;
    if (event.type === 'ExecutionStarted') this.readStart(at);
    if (event.stateExitedEventDetails !== undefined) this.readStateExit(event.stateExitedEventDetails, at);
    const failure = event.lambdaFunctionFailedEventDetails ?? event.taskFailedEventDetails;
    if (failure !== undefined) this.follower.taskFailed?.(describeTaskFailure(failure.error, failure.cause), at);
    this.end = this.readEnd(event, at);
  }

  private readStart(at: Date): void {
    this.startedAt = at;
    this.follower.started?.(at);
  }

  private readStateExit(
    { name, output = '' }: { name: string | undefined; output?: string | undefined },
    at: Date,
  ): void {
    this.look = readLook(output) ?? this.look;
    const look = output === '' ? undefined : readNewLook(name, JSON.parse(output));
    if (look !== undefined) this.follower.looked?.(completeLook(look), at);
  }

  private readEnd(event: HistoryEvent, at: Date): EndedExecution | undefined {
    const end = END_OF_EVENT[event.type ?? ''];
    if (end === undefined) return undefined;
    const { error, cause } = end.details(event) ?? {};
    return { status: end.status, error, cause, startedAt: this.startedAt ?? at, endedAt: at, look: this.look };
  }
}

interface End {
  readonly status: EndedStatus;
  readonly details: (event: HistoryEvent) => { error?: string | undefined; cause?: string | undefined } | undefined;
}

const END_OF_EVENT: Readonly<Record<string, End>> = {
  ExecutionSucceeded: { status: 'SUCCEEDED', details: () => undefined },
  ExecutionFailed: { status: 'FAILED', details: (event) => event.executionFailedEventDetails },
  ExecutionAborted: { status: 'ABORTED', details: (event) => event.executionAbortedEventDetails },
  ExecutionTimedOut: { status: 'TIMED_OUT', details: (event) => event.executionTimedOutEventDetails },
};
