import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { UNSUCCESSFUL_STATUSES } from '../contract/events';
import { describeBrokenWatch, isBroken, type UnsuccessfulExecution } from '../watch/broken-watch';
import type { ExecutionStatusChange } from './execution-status-change';
import { readLastLook } from './last-look';
import { startExecution } from './start-watch';

export interface Report {
  readonly message: 'reported' | 'already reported';
  readonly status: string;
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
  stateMachines: { readonly watchStateMachineArn: string; readonly reportStateMachineArn: string },
): Promise<Report | undefined> {
  const { executionArn, name, startDate, stopDate } = detail;
  const execution = readUnsuccessful(detail);
  if (detail.stateMachineArn !== stateMachines.watchStateMachineArn) return undefined;
  if (execution === undefined || !isBroken(execution)) return undefined;

  const { look, notified } = await readLastLook(stepFunctions, executionArn);
  if (notified) return undefined;
  const notification = describeBrokenWatch({
    ...execution,
    executionArn,
    input: parse(detail.input ?? (await readInput(stepFunctions, executionArn))),
    startedAt: new Date(startDate),
    endedAt: new Date(stopDate ?? Date.now()),
    look,
  });
  const input = JSON.stringify({ look: { notification } });
  const started = await startExecution(stepFunctions, stateMachines.reportStateMachineArn, name, input);
  return { message: started ? 'reported' : 'already reported', status: execution.status };
}

function readUnsuccessful(detail: ExecutionStatusChange['detail']): UnsuccessfulExecution | undefined {
  const status = UNSUCCESSFUL_STATUSES.find((known) => known === detail.status);
  return status && { status, error: detail.error, cause: detail.cause };
}

async function readInput(stepFunctions: SFNClient, executionArn: string): Promise<string | undefined> {
  const { input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return input;
}

/** Step Functions takes nothing but JSON. */
function parse(input: string | undefined): unknown {
  return input === undefined ? undefined : JSON.parse(input);
}
