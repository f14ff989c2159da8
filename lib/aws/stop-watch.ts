import { type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { WATCH_STOPPED } from '../contract/errors';
import { executionArn, executionName } from '../contract/execution-name';
import { describeExecution, type Execution, LOOK_AHEAD } from './start-watch';

export interface FoundWatch extends Execution {
  readonly executionArn: string;
}

/**
 * The watch of a deployment that is running, or else the last one.
 *
 * @returns undefined if none is known
 * @throws what the AWS SDK throws
 */
export async function findLastWatch(
  stepFunctions: SFNClient,
  stateMachineArn: string,
  deploymentId: string,
): Promise<FoundWatch | undefined> {
  let last: FoundWatch | undefined;
  // The names of old executions are free again.
  for (let [attempt, missing] = [1, 0]; missing <= LOOK_AHEAD.length; attempt += 1) {
    const arn = executionArn(stateMachineArn, executionName(deploymentId, attempt));
    const execution = await describeExecution(stepFunctions, arn);
    missing = execution === undefined ? missing + 1 : 0;
    if (execution !== undefined) last = { ...execution, executionArn: arn };
    if (execution?.status === 'RUNNING') break;
  }
  return last;
}

/**
 * Aborts a watch. The watchdog then publishes the cause, or the verdict if the watch had found one.
 *
 * @returns the watch as it is afterwards: it may have ended by itself
 * @throws what the AWS SDK throws
 */
export async function stopWatch(stepFunctions: SFNClient, watch: FoundWatch, cause: string): Promise<FoundWatch> {
  const { executionArn } = watch;
  const describe = async () => ({ ...watch, ...(await describeExecution(stepFunctions, executionArn)) });
  try {
    await stepFunctions.send(new StopExecutionCommand({ executionArn, error: WATCH_STOPPED, cause }));
  } catch (error) {
    const now = await describe();
    if (now.status === 'RUNNING') throw error;
    return now;
  }
  return describe();
}
