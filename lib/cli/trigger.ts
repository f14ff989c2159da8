import {
  callDeployHook,
  DEFAULT_HOOK_TIMEOUT_MS,
  DeployHookError,
  parseDeployHookUrl,
} from '../flightcontrol/deploy-hook';
import { messageOf } from '../text';
import { type AwsWatchOptions, prepareAwsWatch } from './aws-watch';
import { UnknownEndError, UsageError } from './errors';
import { onInterruptSay } from './interrupt';
import type { LocalOptions } from './local';
import type { Print } from './output';
import { readSecretInput } from './secret-input';

export interface TriggerOptions extends AwsWatchOptions, LocalOptions {
  readonly hookUrlStdin?: boolean;
  readonly branch?: string;
  readonly commit?: string;
  readonly force?: boolean;
  /** Watches on this machine. */
  readonly local?: boolean;
}

const HOOK_VARIABLE = 'FLIGHTCONTROL_DEPLOY_HOOK_URL';

/**
 * Calls a deploy hook, once, and watches the deployment that it starts.
 *
 * @returns the exit status
 * @throws UsageError, UnknownEndError
 */
export async function runTrigger(options: TriggerOptions, env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  checkOptions(options);
  onInterruptSay('Interrupted; nothing was triggered.');
  // Whatever can be found wrong is found before the hook is called: its effect cannot be taken back.
  const hookUrl = await readHookUrl(options, env);
  const watch = options.local
    ? (await import('./local')).prepareLocal(options, env, print)
    : await prepareAwsWatch(options, env, print);
  const deploymentId = await trigger(hookUrl, options);
  if (options.json) print(JSON.stringify({ deploymentId, status: 'TRIGGERED' }));
  else print(`Deployment ${deploymentId} was triggered.`);
  return takeUp(deploymentId, watch);
}

function checkOptions({ branch, commit, local, wait, again, stateMachineArn }: TriggerOptions): void {
  if (commit !== undefined && branch === undefined)
    throw new UsageError('--commit needs --branch: name the branch, too.');
  for (const [name, value] of Object.entries({ '--branch': branch, '--commit': commit })) {
    if (value === '') throw new UsageError(`${name}: got nothing, expected a name; leave it out for the default.`);
  }
  const inAws = [wait === false && '--no-wait', again && '--again', stateMachineArn && '--state-machine-arn'];
  const [contradiction] = inAws.filter(Boolean);
  if (local && contradiction) throw new UsageError(`${contradiction} is for a watch in AWS: leave it or --local out.`);
}

async function readHookUrl({ hookUrlStdin }: TriggerOptions, env: NodeJS.ProcessEnv): Promise<URL> {
  const source = hookUrlStdin ? 'standard input' : HOOK_VARIABLE;
  const text = hookUrlStdin ? await readSecretInput('Deploy hook URL: ') : (env[HOOK_VARIABLE] ?? '').trim();
  try {
    return parseDeployHookUrl(text);
  } catch (error) {
    throw new UsageError(`The deploy hook's URL (${source}): ${messageOf(error)}.`);
  }
}

async function trigger(hookUrl: URL, options: TriggerOptions): Promise<string> {
  onInterruptSay(
    'Interrupted while the deploy hook was called: a deployment may have been started; look into Flightcontrol.',
  );
  try {
    return await callDeployHook(hookUrl, options, { fetch, timeoutMs: DEFAULT_HOOK_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof DeployHookError)) throw error;
    throw error.mayHaveStarted ? new UnknownEndError(error.message) : new UsageError(error.message);
  }
}

async function takeUp(deploymentId: string, watch: (deploymentId: string) => Promise<number>): Promise<number> {
  try {
    return await watch(deploymentId);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const message = `Deployment ${deploymentId} was triggered, but its watch could not be started. ${error.message}`;
    throw new UnknownEndError(`${message} Then take it up: flightwatch watch ${deploymentId}`, { cause: error });
  }
}
