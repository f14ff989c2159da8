import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { readDeployedSettings } from '../aws/deployed-settings';
import type { PollEnvironment } from '../contract/poll-environment';
import { readApiKey } from '../flightcontrol/api-key';
import { createClient, FlightcontrolError } from '../flightcontrol/client';
import { messageOf } from '../text';
import { asUsageError, UnknownOutcomeError, UsageError } from './errors';
import { setInterruptMessage } from './interrupt';
import { readSecret } from './secret-input';
import { replaceKey } from './secret-value';
import { findStateMachine, type StateMachine } from './state-machine';
import type { Terminal } from './terminal';

export interface SetKeyOptions {
  readonly stateMachineArn?: string | undefined;
  /** A deployment that the key must be able to read. */
  readonly check?: string | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Stores the API key in the secret of the stack.
 *
 * @throws UsageError, UnknownOutcomeError
 */
export async function runSetKey({ check, json, stateMachineArn }: SetKeyOptions, terminal: Terminal): Promise<void> {
  setInterruptMessage('Interrupted. Nothing was stored.', terminal);
  const stateMachine = await findStateMachine(stateMachineArn, terminal);
  const settings = await asUsageError(() => readSettings(stateMachine));
  const secretArn = settings.apiKeySecretArn;

  const apiKey = readKey(await readSecret('Flightcontrol API key: ', terminal));
  terminal.goOnUnread();
  if (check !== undefined) {
    const status = await checkKey(apiKey, check, settings);
    if (!json) terminal.out(`The key works: deployment ${check} is ${status}.`);
  }
  await asUsageError(() => storeKey(stateMachine, secretArn, apiKey));
  if (json) terminal.json({ secretArn, status: 'STORED' });
  else terminal.out(`The key is stored in the secret ${secretArn}. Running watches use it within five minutes.`);
}

async function readSettings({ arn, stepFunctions }: StateMachine): Promise<PollEnvironment> {
  const lambda = new LambdaClient({ ...COMMAND_LINE_CLIENT, region: stepFunctions.config.region });
  const settings = await readDeployedSettings(stepFunctions, lambda, arn);
  if (settings !== undefined) return settings;
  throw new UsageError(
    `${arn} is not a Flightwatch state machine: pass the stack's output StateMachineArn with --state-machine-arn.`,
  );
}

function readKey(input: string): string {
  try {
    return readApiKey(input);
  } catch (error) {
    throw new UsageError(
      `The key on standard input ${messageOf(error)}. Nothing was stored. Copy the API key from Flightcontrol again.`,
    );
  }
}

/**
 * Asks the API once, as the poll function does.
 *
 * @returns the deployment's status
 */
async function checkKey(apiKey: string, deploymentId: string, settings: PollEnvironment): Promise<string> {
  try {
    return (await createClient({ ...settings, fetch })(apiKey, deploymentId)).status;
  } catch (error) {
    if (!(error instanceof FlightcontrolError)) throw error;
    const message = `The key could not be checked: ${error.message}. Nothing was stored.`;
    if (error.problem === 'key refused') throw new UsageError(`${message} Create a new API key in Flightcontrol.`);
    if (error.problem === 'not found')
      throw new UsageError(`${message} Check the deployment's id, and that the key belongs to its organisation.`);
    throw new UnknownOutcomeError(`${message} Try again later, or without --check.`);
  }
}

async function storeKey({ stepFunctions }: StateMachine, secretArn: string, apiKey: string): Promise<void> {
  const client = new SecretsManagerClient({ ...COMMAND_LINE_CLIENT, region: stepFunctions.config.region });
  const current = await readSecretValue(client, secretArn);
  const SecretString = changeSecret(secretArn, () => putKeyInto(current, apiKey));
  await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString }));
}

type SecretValue = Pick<GetSecretValueCommandOutput, 'SecretString' | 'SecretBinary'>;

async function readSecretValue(client: SecretsManagerClient, SecretId: string): Promise<SecretValue> {
  try {
    return await client.send(new GetSecretValueCommand({ SecretId }));
  } catch (error) {
    // The secret has no value yet. If it does not exist, the write reports it.
    if ((error as Error).name === 'ResourceNotFoundException') return {};
    throw error;
  }
}

function putKeyInto({ SecretString = '', SecretBinary }: SecretValue, apiKey: string): string {
  if (SecretBinary !== undefined) throw new Error('holds binary data');
  return replaceKey(SecretString, apiKey);
}

/** What is in the secret may be of use to somebody else. */
function changeSecret(secretArn: string, change: () => string): string {
  try {
    return change();
  } catch (error) {
    throw new UsageError(
      `The secret ${secretArn} ${messageOf(error)}. Nothing was stored. Make its value the bare key, or a JSON object with the key under "apiKey", in Secrets Manager.`,
    );
  }
}
