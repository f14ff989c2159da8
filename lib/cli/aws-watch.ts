import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { type EndedExecution, followExecution } from '../aws/follow-execution';
import { type AnnouncedWatch, type Announcement, startWatch } from '../aws/start-watch';
import { NOTIFICATION_FAILED } from '../contract/errors';
import { linkExecution } from '../notification/links';
import { withoutUndefined } from '../objects';
import { describeBrokenWatch } from '../watch/broken-watch';
import { isTimeoutMinutes } from '../watch/watch-input';
import { chooseView } from './choose-view';
import { asUsageError, describeAwsError, UnknownOutcomeError } from './errors';
import { setOutputs } from './github-actions';
import { setInterruptMessage } from './interrupt';
import { adviseCommand } from './own-command';
import type { PreparedWatch } from './prepared-watch';
import { type FinalNotification, reportOutcome } from './report-outcome';
import { checkExistence, findStateMachine, type StateMachine } from './state-machine';
import type { Terminal } from './terminal';
import { followTogether, TimelineRecorder } from './timeline-recorder';

export interface AwsWatchOptions {
  readonly json?: boolean | undefined;
  readonly timeoutMinutes?: number | undefined;
  readonly stateMachineArn?: string | undefined;
  readonly again?: boolean | undefined;
  /** False only starts the watch. @default true */
  readonly wait?: boolean | undefined;
  /** An event of GitHub announces the deployment. @default - somebody does */
  readonly announcedBy?: Announcement['announcedBy'] | undefined;
}

/** What to watch, where and how. */
interface AwsWatch {
  readonly deploymentId: string;
  readonly stateMachine: StateMachine;
  readonly options: AwsWatchOptions;
  readonly terminal: Terminal;
}

/**
 * Starts the watch of a deployment in AWS, or joins it, and follows it to its end.
 *
 * @returns the exit status
 * @throws UsageError, UnknownOutcomeError
 */
export async function runAwsWatch(deploymentId: string, options: AwsWatchOptions, terminal: Terminal): Promise<number> {
  setInterruptMessage('Interrupted. No watch was started.', terminal);
  const stateMachine = await findStateMachine(options.stateMachineArn, terminal);
  return watchInAws({ deploymentId, stateMachine, options, terminal });
}

/**
 * Checks everything that can be checked before there is a deployment: starting one cannot be undone.
 *
 * @throws UsageError
 */
export async function prepareAwsWatch(options: AwsWatchOptions, terminal: Terminal): Promise<PreparedWatch> {
  const stateMachine = await findStateMachine(options.stateMachineArn, terminal);
  await checkExistence(stateMachine, terminal);
  return {
    run: (deploymentId) => watchInAws({ deploymentId, stateMachine, options, terminal }),
    writeCommand: (deploymentId) => joinCommand({ deploymentId, stateMachine, options, terminal }),
  };
}

async function watchInAws(watch: AwsWatch): Promise<number> {
  const { deploymentId, options, terminal } = watch;
  const toJoin = adviseCommand('To join it', joinCommand(watch), terminal);
  setInterruptMessage(`Interrupted. The watch may have been started. ${toJoin}`, terminal);
  // Whether it is started is not up to the reader of the output.
  if (options.wait === false) terminal.goOnUnread();
  setOutputs({ 'deployment-id': deploymentId }, terminal);
  const announced = await announce(watch);
  setOutputs({ 'execution-arn': announced.executionArn }, terminal);
  await warnOfTimeLimit(watch, announced);
  if (options.wait === false && announced.verdict === undefined) return reportStart(watch, announced);
  const timeline = new TimelineRecorder();
  const execution = await followToEnd(watch, announced, timeline);
  const notification = readNotification(execution, announced.executionArn, watch);
  return reportOutcome({ ...notification, timeline: timeline.draw() }, options.json, terminal);
}

function announce({ deploymentId, stateMachine, options }: AwsWatch): Promise<AnnouncedWatch> {
  const { timeoutMinutes, announcedBy, again = false } = options;
  const announcement = withoutUndefined({ deploymentId, timeoutMinutes, announcedBy });
  return asUsageError(() => startWatch(stateMachine.stepFunctions, stateMachine.arn, announcement, { again }));
}

/** A watch that was there before keeps its own time limit. Step Functions does not tell joining from starting. */
async function warnOfTimeLimit({ stateMachine, options, terminal }: AwsWatch, announced: AnnouncedWatch) {
  const { timeoutMinutes } = options;
  if (timeoutMinutes === undefined) return;
  if (announced.verdict !== undefined) {
    terminal.err('--timeout-minutes has no effect: the deployment already has a verdict.');
    return;
  }
  const input = await readInput(stateMachine, announced.executionArn);
  if (input === undefined || input.timeoutMinutes === timeoutMinutes) return;
  const limit = isTimeoutMinutes(input.timeoutMinutes) ? `a limit of ${input.timeoutMinutes} minutes` : 'its own limit';
  terminal.err(`--timeout-minutes has no effect: the watch was started before, with ${limit}.`);
}

/** @returns undefined if it cannot be read: a watch that has just been started may not be known yet */
async function readInput(
  { stepFunctions }: StateMachine,
  executionArn: string,
): Promise<{ readonly timeoutMinutes?: unknown } | undefined> {
  try {
    const { input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return input === undefined ? undefined : ((JSON.parse(input) as object | null) ?? undefined);
  } catch {
    return undefined;
  }
}

function reportStart(watch: AwsWatch, { executionArn }: AnnouncedWatch): number {
  const { deploymentId, options, terminal } = watch;
  if (options.json) terminal.json({ deploymentId, executionArn, status: 'RUNNING' });
  else {
    terminal.out(`${deploymentId} is being watched: ${showExecution(executionArn, terminal)}`);
    terminal.out(adviseCommand('To follow it', joinCommand(watch), terminal));
  }
  return 0;
}

async function followToEnd(
  watch: AwsWatch,
  { executionArn, verdict }: AnnouncedWatch,
  timeline: TimelineRecorder,
): Promise<EndedExecution> {
  const { deploymentId, stateMachine, options, terminal } = watch;
  const continues = `The watch continues in AWS. ${adviseCommand('To join it again', joinCommand(watch), terminal)}`;
  setInterruptMessage(`Interrupted. ${continues}`, terminal);
  if (!options.json) for (const line of describeWatch(watch, executionArn, verdict !== undefined)) terminal.out(line);
  const view = verdict === undefined ? chooseView(deploymentId, options.json, terminal) : undefined;
  try {
    return await followExecution(stateMachine.stepFunctions, executionArn, followTogether(view ?? {}, timeline));
  } catch (error) {
    throw new UnknownOutcomeError(`${describeAwsError(error)} ${continues}`, { cause: error });
  } finally {
    view?.close();
  }
}

function describeWatch(watch: AwsWatch, executionArn: string, hasVerdict: boolean): string[] {
  const { deploymentId, terminal } = watch;
  if (!hasVerdict) return [`Watching ${deploymentId}: ${showExecution(executionArn, terminal)}`];
  return [
    `${deploymentId} already has a verdict: ${showExecution(executionArn, terminal)}`,
    adviseCommand('To watch it again', `${joinCommand(watch)} --again`, terminal),
  ];
}

/** Its page in the console, which can be clicked where the terminal can, or else its ARN. */
function showExecution(executionArn: string, { link }: Terminal): string {
  const address = linkExecution(executionArn);
  if (address === undefined) return executionArn;
  return link?.(address, address) ?? address;
}

/** The command that follows this watch. The reader of a CI system's log has another environment. */
function joinCommand({ deploymentId, stateMachine, options, terminal }: AwsWatch): string {
  const isElsewhere = terminal.command.place !== undefined || Boolean(terminal.env.CI);
  const arn = isElsewhere ? stateMachine.arn : options.stateMachineArn;
  return `watch ${deploymentId}${arn === undefined ? '' : ` --state-machine-arn ${arn}`}`;
}

/** The notification that the execution sent, or else the one that the watchdog sends in its place. */
function readNotification(
  execution: EndedExecution,
  executionArn: string,
  { deploymentId, terminal }: AwsWatch,
): FinalNotification {
  if (execution.error === NOTIFICATION_FAILED) {
    terminal.err(
      'The notification could not be published, so no subscriber has received it. Check the SNS topic and the alarms.',
    );
  }
  const { subject, messages, record } =
    execution.look?.notification ??
    describeBrokenWatch({ ...asUnsuccessful(execution), executionArn, input: { deploymentId } });
  return { subject, email: messages.email, record };
}

/** An execution that succeeded has a notification; one that has none is reported as broken. */
function asUnsuccessful(execution: EndedExecution) {
  const { status } = execution;
  return { ...execution, status: status === 'SUCCEEDED' ? ('FAILED' as const) : status };
}
