import { userInfo } from 'node:os';
import { STSClient } from '@aws-sdk/client-sts';
import { readCallerName } from '../aws/caller';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { type FoundWatch, findLastWatch, stopWatch } from '../aws/stop-watch';
import { ERROR_OF_OUTCOME, verdictOf } from '../contract/errors';
import { linkExecution } from '../notification/links';
import { cutMiddle, oneLine } from '../text';
import { asUsageError, UsageError } from './errors';
import { setInterruptMessage } from './interrupt';
import { MAX_NAME_CHARACTERS } from './options';
import { checkExistence, findStateMachine, type StateMachine } from './state-machine';
import type { Terminal } from './terminal';

export interface StopOptions {
  readonly stateMachineArn?: string | undefined;
  /** Who asks for it. @default - the AWS identity of the caller */
  readonly by?: string | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Stops the running watch of a deployment. Its subscribers learn who asked for it.
 *
 * @throws UsageError if no watch is running
 */
export async function runStop(deploymentId: string, options: StopOptions, terminal: Terminal): Promise<void> {
  setInterruptMessage('Interrupted. The watch may have been stopped.', terminal);
  const stateMachine = await findStateMachine(options.stateMachineArn, terminal);
  const { stepFunctions, arn } = stateMachine;
  const watch = await asUsageError(() => findLastWatch(stepFunctions, arn, deploymentId));
  if (watch === undefined) await checkExistence(stateMachine, terminal);
  if (watch?.status !== 'RUNNING') throw describeNothing(deploymentId, watch);

  const name = options.by ?? (await readOwnName(stateMachine));
  const stopped = await asUsageError(() => stopWatch(stepFunctions, watch, `Stopped by ${name}`));
  // The description may lag behind the stop.
  if (stopped.status !== 'ABORTED' && stopped.status !== 'RUNNING') throw describeNothing(deploymentId, stopped);
  report(deploymentId, { ...watch, name }, options, terminal);
}

/** As AWS knows the caller, or else as this machine does. */
async function readOwnName({ stepFunctions }: StateMachine): Promise<string> {
  const sts = new STSClient({ ...COMMAND_LINE_CLIENT, maxAttempts: 2, region: stepFunctions.config.region });
  const name = (await attempt(() => readCallerName(sts))) ?? (await attempt(async () => userInfo().username));
  return cutMiddle(oneLine(name ?? ''), MAX_NAME_CHARACTERS) || 'somebody';
}

/** The name is worth no failure. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

function describeNothing(deploymentId: string, watch: FoundWatch | undefined): UsageError {
  if (watch === undefined) return new UsageError(`No watch of ${deploymentId} is running, and none is known.`);
  const verdict = verdictOf(watch);
  const end = verdict === undefined ? `ended without a verdict (${endOf(watch)})` : `brought the verdict ${verdict}`;
  return new UsageError(`No watch of ${deploymentId} is running. The last one ${end}: ${linkOrArn(watch)}`);
}

/** Its outcome, or what Step Functions calls its end. */
function endOf({ status, error }: FoundWatch): string {
  const [outcome = status] = Object.entries(ERROR_OF_OUTCOME).find(([, known]) => known === error) ?? [];
  return outcome ?? 'unknown';
}

function report(
  deploymentId: string,
  watch: FoundWatch & { readonly name: string },
  { json }: StopOptions,
  terminal: Terminal,
): void {
  const { executionArn, name } = watch;
  if (json) terminal.json({ deploymentId, executionArn, status: 'ABORTED', stoppedBy: name });
  else {
    terminal.out(`The watch of ${deploymentId} was stopped: ${linkOrArn(watch)}`);
    terminal.out(
      `Its subscribers are notified that it was stopped by ${name}, or of the verdict if it had just found one. The deployment itself goes on.`,
    );
  }
}

function linkOrArn({ executionArn }: FoundWatch): string {
  return linkExecution(executionArn) ?? executionArn;
}
