import { getInput, setSecret } from '@actions/core';
import { UsageError } from '../cli/errors';
import type { GivenKey } from '../cli/local';
import { checkApiBaseUrl, parseApiGeneration, parseDeploymentId, parseTimeoutMinutes } from '../cli/options';
import type { ApiGeneration } from '../contract/api-generations';
import { readApiKey } from '../flightcontrol/api-key';
import { parseDeployHookUrl } from '../flightcontrol/deploy-hook';
import { describeValue, messageOf } from '../text';

/** The Action's inputs. Source: action.yml. */
export interface Inputs {
  readonly deployHookUrl: string | undefined;
  readonly deploymentId: string | undefined;
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  readonly force: boolean;
  readonly pullRequest: string | undefined;
  readonly stateMachineArn: string | undefined;
  readonly timeoutMinutes: number | undefined;
  readonly wait: boolean;
  readonly apiKey: GivenKey | undefined;
  readonly api: ApiGeneration | undefined;
  readonly apiBaseUrl: string | undefined;
}

/**
 * Reads the inputs, after it has told the runner to mask those that are credentials.
 *
 * @throws UsageError
 */
export function readInputs(): Inputs {
  maskSecrets();
  const apiKey = readText('api-key');
  const inputs = {
    deployHookUrl: readText('deploy-hook-url'),
    deploymentId: parse('deployment-id', parseDeploymentId),
    branch: readText('branch'),
    commit: readText('commit'),
    force: readBoolean('force', false),
    pullRequest: readText('pull-request'),
    stateMachineArn: readText('state-machine-arn'),
    timeoutMinutes: parse('timeout-minutes', parseTimeoutMinutes),
    wait: readBoolean('wait', true),
    apiKey: apiKey === undefined ? undefined : { text: apiKey, location: 'the input api-key' },
    api: parse('api', parseApiGeneration),
    apiBaseUrl: parse('api-base-url', checkApiBaseUrl),
  };
  checkInputs(inputs);
  return inputs;
}

/** As they are given, as they are used, and as they stand in an address. */
function maskSecrets(): void {
  const given = ['api-key', 'deploy-hook-url'].flatMap((name) => [
    getInput(name, { trimWhitespace: false }),
    getInput(name),
  ]);
  const forms = [...given, bareKey(getInput('api-key'))].flatMap((secret) => [secret, encodeURIComponent(secret)]);
  for (const secret of new Set(forms)) if (secret !== '') setSecret(secret);
}

function bareKey(text: string): string {
  try {
    return readApiKey(text);
  } catch {
    return '';
  }
}

/** An input that is not given and one that is empty are the same to a runner. */
function readText(name: string): string | undefined {
  return getInput(name) || undefined;
}

function parse<T>(name: string, read: (text: string) => T): T | undefined {
  const text = readText(name);
  if (text === undefined) return undefined;
  try {
    return read(text);
  } catch (error) {
    throw new UsageError(messageOf(error).replace(/^deploymentId(?=:)/, name));
  }
}

function readBoolean(name: string, fallback: boolean): boolean {
  const text = readText(name);
  if (text === undefined) return fallback;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  throw new UsageError(`${name}: got ${describeValue(text)}, expected true or false.`);
}

function checkInputs(inputs: Inputs): void {
  if (inputs.deployHookUrl !== undefined && inputs.deploymentId !== undefined)
    throw new UsageError('deploy-hook-url and deployment-id cannot be used together: leave out one of them.');
  if (inputs.deployHookUrl === undefined) refuse(hookInputs(inputs), 'for a deploy hook', 'add deploy-hook-url');
  else checkHook(inputs.deployHookUrl, inputs);
  if (inputs.apiKey === undefined) refuse(localInputs(inputs), 'for a watch in this job', 'add api-key');
  else refuse(awsInputs(inputs), 'for a watch in AWS', 'leave out api-key');
}

function hookInputs({ branch, commit, pullRequest, force }: Inputs) {
  return { branch, commit, 'pull-request': pullRequest, force: force || undefined };
}

function localInputs({ api, apiBaseUrl }: Inputs) {
  return { api, 'api-base-url': apiBaseUrl };
}

function awsInputs({ stateMachineArn, wait }: Inputs) {
  return { 'state-machine-arn': stateMachineArn, 'wait: false': wait ? undefined : true };
}

/** @param given inputs that have no effect here, by name */
function refuse(given: Readonly<Record<string, unknown>>, purpose: string, advice: string): void {
  const [name] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined) throw new UsageError(`${name} is only ${purpose}: leave it out, or ${advice}.`);
}

function checkHook(deployHookUrl: string, { branch, commit, pullRequest }: Inputs): void {
  try {
    parseDeployHookUrl(deployHookUrl, pullRequest !== undefined);
  } catch (error) {
    throw new UsageError(`deploy-hook-url: ${messageOf(error)}.`);
  }
  if (pullRequest !== undefined && branch !== undefined)
    throw new UsageError('pull-request and branch cannot be used together: leave out branch.');
  if (pullRequest !== undefined && commit === undefined)
    throw new UsageError('pull-request needs commit: add the commit of the pull request to deploy.');
  if (pullRequest === undefined && commit !== undefined && branch === undefined)
    throw new UsageError('commit needs branch: add the branch of the commit.');
}
