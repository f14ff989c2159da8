import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { UNSUCCESSFUL_STATUSES } from '../contract/events';
import type { Outcome } from '../contract/outcomes';
import type { Notification } from '../notification/notification';
import { describeBrokenWatch, isBroken, type UnsuccessfulExecution } from '../watch/broken-watch';
import type { Look } from '../watch/look';
import type { ExecutionStatusChange } from './execution-status-change';
import { readLastLook } from './last-look';
import { startExecution } from './start-watch';

type Detail = ExecutionStatusChange['detail'];

export interface StateMachines {
  readonly watchStateMachineArn: string;
  readonly reportStateMachineArn: string;
}

export interface Report {
  readonly message: 'reported' | 'already reported';
  readonly executionArn: string;
  /** The watch's and the report's, which share it. */
  readonly name: string;
  readonly status: string;
  readonly outcome: Outcome;
}

/**
 * Reports a watch that ended without a notification, once: the report is an execution with the name of the watch's,
 * and Step Functions allows one execution of a name.
 *
 * @returns undefined if there is nothing to report
 * @throws what the AWS SDK throws
 */
export async function reportIfBroken(
  stepFunctions: SFNClient,
  { detail }: ExecutionStatusChange,
  { watchStateMachineArn, reportStateMachineArn }: StateMachines,
): Promise<Report | undefined> {
  const { executionArn, name, status } = detail;
  const execution = readUnsuccessful(detail);
  if (detail.stateMachineArn !== watchStateMachineArn) return undefined;
  if (execution === undefined || !isBroken(execution)) return undefined;

  const { look, notified } = await readLastLook(stepFunctions, executionArn);
  if (notified) return undefined;
  // What the watch had found out is true, whatever became of the watch.
  const notification = look?.notification ?? (await describe(stepFunctions, detail, execution, look));
  const input = JSON.stringify({ look: { notification } });
  const started = await startExecution(stepFunctions, reportStateMachineArn, name, input);
  const { outcome } = notification.record;
  return { message: started ? 'reported' : 'already reported', executionArn, name, status, outcome };
}

function readUnsuccessful({ status, error, cause }: Detail): UnsuccessfulExecution | undefined {
  const known = UNSUCCESSFUL_STATUSES.find((unsuccessful) => unsuccessful === status);
  return known && { status: known, error, cause };
}

async function describe(
  stepFunctions: SFNClient,
  { executionArn, input, startDate, stopDate }: Detail,
  execution: UnsuccessfulExecution,
  look: Look | null,
): Promise<Notification> {
  return describeBrokenWatch({
    ...execution,
    executionArn,
    input: parse(input ?? (await readInput(stepFunctions, executionArn))),
    startedAt: new Date(startDate),
    endedAt: new Date(stopDate ?? Date.now()),
    look,
  });
}

async function readInput(stepFunctions: SFNClient, executionArn: string): Promise<string | undefined> {
  const { input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return input;
}

/** Step Functions takes nothing but JSON. */
function parse(input: string | undefined): unknown {
  return input === undefined ? undefined : JSON.parse(input);
}
