import { type EndedExecution, followExecution } from '../aws/follow-execution';
import { type AnnouncedWatch, startWatch } from '../aws/start-watch';
import { NOTIFICATION_FAILED } from '../contract/names';
import { linkExecution } from '../notification/links';
import { reportBrokenWatch } from '../watch/broken-watch';
import { type Told, tellEnd } from './end';
import { describeAwsError, orUsageError, UnknownEndError } from './errors';
import { chooseView } from './follow';
import { onInterruptSay } from './interrupt';
import { checkDeploymentId, readTimeoutMinutes } from './options';
import type { Print } from './output';
import { findStateMachine, type StateMachine } from './state-machine';

export interface AwsWatchOptions {
  readonly json?: boolean;
  readonly timeoutMinutes?: string;
  readonly stateMachineArn?: string;
  readonly again?: boolean;
  /** Only starts the watch. */
  readonly wait?: boolean;
}

/**
 * Starts the watch of a deployment in AWS, or joins it, and follows it to its end.
 *
 * @returns the exit status
 * @throws UsageError, UnknownEndError
 */
export async function runAwsWatch(
  deploymentId: string,
  options: AwsWatchOptions,
  env: NodeJS.ProcessEnv,
  print: Print,
): Promise<number> {
  checkDeploymentId(deploymentId);
  const watch = await prepareAwsWatch(options, env, print);
  return watch(deploymentId);
}

/**
 * Checks everything that can be checked before there is a deployment.
 *
 * @returns what watches a deployment and returns the exit status
 * @throws UsageError
 */
export async function prepareAwsWatch(
  options: AwsWatchOptions,
  env: NodeJS.ProcessEnv,
  print: Print,
): Promise<(deploymentId: string) => Promise<number>> {
  const timeoutMinutes = readTimeoutMinutes(options.timeoutMinutes);
  onInterruptSay('Interrupted; no watch was started.');
  const stateMachine = await findStateMachine(options.stateMachineArn, env);
  return async (deploymentId) => {
    onInterruptSay(
      `Interrupted; whether a watch was started is not known. To see: ${joinCommand(deploymentId, options)}`,
    );
    const announcement = { deploymentId, ...(timeoutMinutes && { timeoutMinutes }) };
    const { again = false } = options;
    const watch = await orUsageError(() =>
      startWatch(stateMachine.stepFunctions, stateMachine.arn, announcement, { again }),
    );
    if (options.wait === false && watch.verdict === undefined) return tellStart(deploymentId, watch, options, print);
    const told = await follow(deploymentId, stateMachine, watch, options, print);
    return tellEnd(told, options.json, env, print);
  };
}

function tellStart(
  deploymentId: string,
  { executionArn }: AnnouncedWatch,
  options: AwsWatchOptions,
  print: Print,
): number {
  if (options.json) print(JSON.stringify({ deploymentId, executionArn, status: 'RUNNING' }));
  else {
    print(`${deploymentId} is being watched: ${linkExecution(executionArn) ?? executionArn}`);
    print(`To follow it: ${joinCommand(deploymentId, options)}`);
  }
  return 0;
}

async function follow(
  deploymentId: string,
  { stepFunctions }: StateMachine,
  { executionArn, verdict }: AnnouncedWatch,
  options: AwsWatchOptions,
  print: Print,
): Promise<Told> {
  const goesOn = `the watch goes on in AWS. To join it again: ${joinCommand(deploymentId, options)}`;
  onInterruptSay(`Interrupted; ${goesOn}`);
  announce(deploymentId, executionArn, verdict !== undefined, options, print);
  const view = verdict === undefined ? chooseView(deploymentId, options.json, print) : undefined;
  try {
    return describeEnd(await followExecution(stepFunctions, executionArn, view ?? {}), deploymentId, executionArn);
  } catch (error) {
    throw new UnknownEndError(`${describeAwsError(error)} This command lost sight; ${goesOn}`, { cause: error });
  } finally {
    view?.close();
  }
}

function announce(
  deploymentId: string,
  executionArn: string,
  over: boolean,
  { json }: AwsWatchOptions,
  print: Print,
): void {
  if (json) return;
  const place = linkExecution(executionArn) ?? executionArn;
  print(
    over
      ? `${deploymentId} was watched already; --again watches it once more: ${place}`
      : `Watching ${deploymentId}: ${place}`,
  );
}

function joinCommand(deploymentId: string, { stateMachineArn }: AwsWatchOptions): string {
  return `flightwatch watch ${deploymentId}${stateMachineArn ? ` --state-machine-arn ${stateMachineArn}` : ''}`;
}

/** What the subscribers were told, or will be told by the watchdog if the execution could not. */
function describeEnd(execution: EndedExecution, deploymentId: string, executionArn: string): Told {
  const { error, look } = execution;
  if (error === NOTIFICATION_FAILED) {
    console.error(
      'The notification could not be published: only this command has told you. See the topic and its alarms.',
    );
  }
  const { subject, messages, record } =
    look?.notification ?? reportBrokenWatch({ ...asClosed(execution), executionArn, input: { deploymentId } });
  return { subject, email: messages.email, record };
}

/** An execution that succeeded has a notification; one without is taken for broken. */
function asClosed(execution: EndedExecution) {
  const { status } = execution;
  return { ...execution, status: status === 'SUCCEEDED' ? ('FAILED' as const) : status };
}
