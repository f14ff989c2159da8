import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readPollEnvironment } from '../aws/poll-environment';
import { POLL_ENVIRONMENT } from '../contract/names';
import { type ApiGeneration, DEFAULT_API_BASE_URLS, parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { readApiKey } from '../flightcontrol/api-key';
import { DEFAULT_REQUEST_TIMEOUT_MS, FlightcontrolError, getDeployment } from '../flightcontrol/client';
import { messageOf } from '../text';
import { orUsageError, UnknownEndError, UsageError } from './errors';
import { onInterruptSay } from './interrupt';
import { checkDeploymentId } from './options';
import type { Print } from './output';
import { readSecretInput } from './secret-input';
import { findStateMachine, type StateMachine } from './state-machine';

export interface SetKeyOptions {
  readonly stateMachineArn?: string;
  /** A deployment that the key must be able to read. */
  readonly check?: string;
  readonly json?: boolean;
}

/**
 * Stores the API key in the secret of the stack.
 *
 * @throws UsageError, UnknownEndError
 */
export async function runSetKey(options: SetKeyOptions, env: NodeJS.ProcessEnv, print: Print): Promise<void> {
  const deploymentId = options.check === undefined ? undefined : checkDeploymentId(options.check);
  onInterruptSay('Interrupted; nothing was stored.');
  const stateMachine = await findStateMachine(options.stateMachineArn, env);
  const environment = await orUsageError(() => readEnvironment(stateMachine));
  const secretArn = environment[POLL_ENVIRONMENT.apiKeySecretArn] ?? '';

  const apiKey = checkKey(await readSecretInput('Flightcontrol API key: '));
  if (deploymentId !== undefined) {
    const status = await proveKey(apiKey, deploymentId, environment);
    if (!options.json) print(`The key works: deployment ${deploymentId} is ${status}.`);
  }
  await orUsageError(() => store(stateMachine, secretArn, apiKey));
  if (options.json) print(JSON.stringify({ secretArn, status: 'STORED' }));
  else print(`The key is stored in the secret ${secretArn}; running watches take it within five minutes.`);
}

async function readEnvironment({ arn, stepFunctions }: StateMachine): Promise<Readonly<Record<string, string>>> {
  const lambda = new LambdaClient({ region: stepFunctions.config.region });
  const environment = await readPollEnvironment(stepFunctions, lambda, arn);
  if (environment?.[POLL_ENVIRONMENT.apiKeySecretArn] !== undefined) return environment;
  throw new UsageError(`${arn} is not a state machine of Flightwatch: name the right one with --state-machine-arn.`);
}

function checkKey(input: string): string {
  try {
    return readApiKey(input);
  } catch (error) {
    throw new UsageError(
      `The key on standard input ${messageOf(error)}; nothing was stored. Copy the API key from Flightcontrol once more.`,
    );
  }
}

/** One look at the API, as the poll function makes it. */
async function proveKey(
  apiKey: string,
  deploymentId: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const api = (environment[POLL_ENVIRONMENT.api] ?? 'legacy') as ApiGeneration;
  const baseUrl = parseApiBaseUrl(environment[POLL_ENVIRONMENT.apiBaseUrl] ?? DEFAULT_API_BASE_URLS[api]);
  try {
    const client = { api, baseUrl, fetch, timeoutMs: DEFAULT_REQUEST_TIMEOUT_MS };
    return (await getDeployment(client, apiKey, deploymentId)).status;
  } catch (error) {
    if (!(error instanceof FlightcontrolError)) throw error;
    const message = `The key could not be proved: ${error.message}; nothing was stored.`;
    if (error.problem === 'key refused') throw new UsageError(`${message} Make a new API key in Flightcontrol.`);
    if (error.problem === 'not found')
      throw new UsageError(`${message} Check the id, and that the key belongs to its organisation.`);
    throw new UnknownEndError(`${message} Try again later, or without --check.`);
  }
}

/** What else the secret holds beside the key stays there. */
async function store({ stepFunctions }: StateMachine, secretArn: string, apiKey: string): Promise<void> {
  const client = new SecretsManagerClient({ region: stepFunctions.config.region });
  const SecretString = replaceKey(await readCurrent(client, secretArn), apiKey);
  await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString }));
}

async function readCurrent(client: SecretsManagerClient, SecretId: string): Promise<string> {
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
    return SecretString;
  } catch (error) {
    // A secret that never had a value; one that is missing is found out when it is written.
    if ((error as Error).name === 'ResourceNotFoundException') return '';
    throw error;
  }
}

function replaceKey(current: string, apiKey: string): string {
  try {
    const fields = JSON.parse(current) as unknown;
    const hasKey = typeof fields === 'object' && fields !== null && 'apiKey' in fields;
    return hasKey ? JSON.stringify({ ...fields, apiKey }) : apiKey;
  } catch {
    return apiKey;
  }
}
