import {
  callDeployHook,
  DEFAULT_HOOK_TIMEOUT_MS,
  DeployHookError,
  parseDeployHookUrl,
} from '../flightcontrol/deploy-hook';
import { requestOnce } from '../flightcontrol/request-once';
import { describeValue, messageOf } from '../text';
import { type AwsWatchOptions, prepareAwsWatch } from './aws-watch';
import { UnknownOutcomeError, UsageError } from './errors';
import { setInterruptMessage } from './interrupt';
import type { LocalOptions } from './local';
import { adviseCommand } from './own-command';
import type { PreparedWatch } from './prepared-watch';
import { readSecret } from './secret-input';
import type { Terminal } from './terminal';

export interface TriggerOptions extends AwsWatchOptions, LocalOptions {
  readonly hookUrlStdin?: boolean | undefined;
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
  /** The number of a pull request, for the hook of a preview environment. */
  readonly pullRequest?: string | undefined;
  readonly force?: boolean | undefined;
  /** Watches on this machine. */
  readonly local?: boolean | undefined;
}

const HOOK_VARIABLE = 'FLIGHTCONTROL_DEPLOY_HOOK_URL';

/**
 * Calls a deploy hook, once, and watches the deployment that it starts.
 *
 * @returns the exit status
 * @throws UsageError, UnknownOutcomeError
 */
export async function runTrigger(options: TriggerOptions, terminal: Terminal): Promise<number> {
  checkOptions(options);
  setInterruptMessage('Interrupted. Nothing was triggered.', terminal);
  // Everything that can be checked is checked before the call: its effect cannot be undone.
  const hookUrl = await readHookUrl(options, terminal);
  const watch = options.local
    ? await (await import('./local')).prepareLocal(options, terminal)
    : await prepareAwsWatch(options, terminal);
  terminal.goOnUnread();
  const deploymentId = await callHook(hookUrl, options, terminal);
  if (options.json) terminal.json({ deploymentId, status: 'TRIGGERED' });
  else terminal.out(`Deployment ${deploymentId} was triggered.`);
  return startWatching(deploymentId, watch, terminal);
}

function checkOptions(options: TriggerOptions): void {
  const { branch, commit, pullRequest } = options;
  for (const [name, value] of Object.entries({ '--branch': branch, '--commit': commit })) {
    if (value === '') throw new UsageError(`${name}: got nothing, expected a name. For the default, leave it out.`);
  }
  if (pullRequest !== undefined) checkPreview(pullRequest, options);
  else if (commit !== undefined && branch === undefined) {
    throw new UsageError('--commit needs --branch: add --branch <name>, the branch of the commit.');
  }
  checkPlace(options);
}

const PULL_REQUEST_NUMBER = /^[1-9]\d{0,9}$/;
const COMMIT_SHA = /^[\da-f]{7,64}$/i;

/** Both become segments of the hook's path. */
function checkPreview(pullRequest: string, { branch, commit }: TriggerOptions): void {
  if (!PULL_REQUEST_NUMBER.test(pullRequest)) {
    const got = pullRequest === '' ? 'nothing' : describeValue(pullRequest);
    throw new UsageError(`--pull-request: got ${got}, expected the number of a pull request, such as 17.`);
  }
  if (branch !== undefined) {
    throw new UsageError(
      '--pull-request cannot be used with --branch: a preview environment deploys the commit of its pull request.',
    );
  }
  if (commit === undefined) {
    throw new UsageError(
      '--pull-request needs --commit: add --commit <sha>, the commit of the pull request to deploy.',
    );
  }
  if (!COMMIT_SHA.test(commit)) {
    throw new UsageError(
      `--commit: got ${describeValue(commit)}, expected 7 to 64 hexadecimal digits for a pull request.`,
    );
  }
}

function checkPlace({ local, wait, again, stateMachineArn }: TriggerOptions): void {
  const awsOptions = [wait === false && '--no-wait', again && '--again', stateMachineArn && '--state-machine-arn'];
  const [conflict] = awsOptions.filter(Boolean);
  if (local && conflict)
    throw new UsageError(`${conflict} is only for watches in AWS: leave out either ${conflict} or --local.`);
}

async function readHookUrl({ hookUrlStdin, pullRequest }: TriggerOptions, terminal: Terminal): Promise<URL> {
  const source = hookUrlStdin ? 'standard input' : HOOK_VARIABLE;
  const text = hookUrlStdin
    ? await readSecret('Deploy hook URL: ', terminal)
    : (terminal.env[HOOK_VARIABLE] ?? '').trim();
  try {
    return parseDeployHookUrl(text, pullRequest !== undefined);
  } catch (error) {
    throw new UsageError(`The URL of the deploy hook (${source}): ${messageOf(error)}.`);
  }
}

async function callHook(hookUrl: URL, options: TriggerOptions, terminal: Terminal): Promise<string> {
  setInterruptMessage(
    'Interrupted while the deploy hook was being called. A deployment may have been started: check Flightcontrol.',
    terminal,
  );
  try {
    return await callDeployHook(hookUrl, options, { fetch: requestOnce, timeoutMs: DEFAULT_HOOK_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof DeployHookError)) throw error;
    throw error.mayHaveStarted ? new UnknownOutcomeError(error.message) : new UsageError(error.message);
  }
}

/** Runs the watch. What was wrong usage before the call of the hook is an unknown outcome after it. */
async function startWatching(deploymentId: string, watch: PreparedWatch, terminal: Terminal): Promise<number> {
  try {
    return await watch.run(deploymentId);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const toWatch = adviseCommand('To watch it', watch.writeCommand(deploymentId), terminal);
    throw new UnknownOutcomeError(
      `Deployment ${deploymentId} was triggered, but its watch could not be started. ${error.message} ${toWatch}`,
      { cause: error },
    );
  }
}
