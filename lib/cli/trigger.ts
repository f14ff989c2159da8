import {
  callDeployHook,
  DEFAULT_HOOK_TIMEOUT_MS,
  DeployHookError,
  parseDeployHookUrl,
} from '../flightcontrol/deploy-hook';
import { requestOnce } from '../flightcontrol/request-once';
import { messageOf } from '../text';
import { type AwsWatchOptions, joinCommand, prepareAwsWatch } from './aws-watch';
import { UnknownOutcomeError, UsageError } from './errors';
import { setInterruptMessage } from './interrupt';
import type { LocalOptions } from './local';
import { readSecret } from './secret-input';
import type { Terminal } from './terminal';

export interface TriggerOptions extends AwsWatchOptions, LocalOptions {
  readonly hookUrlStdin?: boolean | undefined;
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
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
    ? (await import('./local')).prepareLocal(options, terminal)
    : await prepareAwsWatch(options, terminal);
  terminal.goOnUnread();
  const deploymentId = await callHook(hookUrl, options, terminal);
  if (options.json) terminal.json({ deploymentId, status: 'TRIGGERED' });
  else terminal.out(`Deployment ${deploymentId} was triggered.`);
  return startWatching(deploymentId, watch, options);
}

function checkOptions({ branch, commit, local, wait, again, stateMachineArn }: TriggerOptions): void {
  if (commit !== undefined && branch === undefined)
    throw new UsageError('--commit needs --branch: add --branch <name>, the branch of the commit.');
  for (const [name, value] of Object.entries({ '--branch': branch, '--commit': commit })) {
    if (value === '') throw new UsageError(`${name}: got nothing, expected a name. For the default, leave it out.`);
  }
  const awsOptions = [wait === false && '--no-wait', again && '--again', stateMachineArn && '--state-machine-arn'];
  const [conflict] = awsOptions.filter(Boolean);
  if (local && conflict)
    throw new UsageError(`${conflict} is only for watches in AWS: leave out either ${conflict} or --local.`);
}

async function readHookUrl({ hookUrlStdin }: TriggerOptions, terminal: Terminal): Promise<URL> {
  const source = hookUrlStdin ? 'standard input' : HOOK_VARIABLE;
  const text = hookUrlStdin
    ? await readSecret('Deploy hook URL: ', terminal)
    : (terminal.env[HOOK_VARIABLE] ?? '').trim();
  try {
    return parseDeployHookUrl(text);
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
async function startWatching(
  deploymentId: string,
  watch: (deploymentId: string) => Promise<number>,
  options: TriggerOptions,
): Promise<number> {
  try {
    return await watch(deploymentId);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UnknownOutcomeError(
      `Deployment ${deploymentId} was triggered, but its watch could not be started. ${error.message} To watch it: ${joinCommand(deploymentId, options)}`,
      { cause: error },
    );
  }
}
