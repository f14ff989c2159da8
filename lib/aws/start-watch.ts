import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { verdictOf } from '../contract/errors';
import { executionArn, executionName } from '../contract/execution-name';
import type { Outcome } from '../contract/outcomes';

export interface Announcement {
  /** Checked by the caller: it becomes part of a name. */
  readonly deploymentId: string;
  /** Checked by the watch itself. */
  readonly timeoutMinutes?: unknown;
}

export interface AnnouncedWatch {
  readonly executionArn: string;
  /** The verdict of an earlier watch; without it, the watch is running. */
  readonly verdict?: Outcome | undefined;
}

/**
 * The only way to start a watch, so that a deployment is watched once, however often it is announced. The execution's
 * name ensures it: of two announcements at the same instant, Step Functions accepts one.
 *
 * @param again whether to watch once more although there is a verdict.
 * @throws what the AWS SDK throws
 */
export async function startWatch(
  stepFunctions: SFNClient,
  stateMachineArn: string,
  announcement: Announcement,
  { again = false }: { readonly again?: boolean } = {},
): Promise<AnnouncedWatch> {
  const input = JSON.stringify(announcement);
  for (let attempt = 1; ; attempt += 1) {
    const name = executionName(announcement.deploymentId, attempt);
    const arn = executionArn(stateMachineArn, name);
    if (await startExecution(stepFunctions, stateMachineArn, name, input)) return { executionArn: arn };

    const execution = await describeExecution(stepFunctions, arn);
    if (execution.status === 'RUNNING') return { executionArn: arn };
    const verdict = verdictOf(execution);
    if (verdict !== undefined && !again) return { executionArn: arn, verdict };
  }
}

/** @returns false if there was an execution of that name. */
export async function startExecution(
  stepFunctions: SFNClient,
  stateMachineArn: string,
  name: string,
  input: string,
): Promise<boolean> {
  try {
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

async function describeExecution(
  stepFunctions: SFNClient,
  arn: string,
): Promise<Pick<DescribeExecutionCommandOutput, 'status' | 'error'>> {
  try {
    return await stepFunctions.send(new DescribeExecutionCommand({ executionArn: arn }));
  } catch (error) {
    // It was started a moment ago: DescribeExecution lags behind. Source: Step Functions API, DescribeExecution.
    if (error instanceof ExecutionDoesNotExist) return { status: 'RUNNING' };
    throw error;
  }
}
