import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { readApiKey } from '../flightcontrol/api-key';
import { messageOf } from '../text';
import { asUsageError, UsageError } from './errors';
import { readInstalledSettings } from './installed-settings';
import { setInterruptMessage } from './interrupt';
import { readSecret } from './secret-input';
import { replaceKey } from './secret-value';
import { checkBeforeStoring } from './set-key-check';
import { findStateMachine, type StateMachine } from './state-machine';
import type { Terminal } from './terminal';

export interface SetKeyOptions {
  readonly stateMachineArn?: string | undefined;
  /** A deployment that the key must be able to read; false leaves the check out. @default - the API must accept the key */
  readonly check?: string | false | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Stores the API key in the secret of the stack, if the API accepts it.
 *
 * @throws UsageError, UnknownOutcomeError
 */
export async function runSetKey({ check, json, stateMachineArn }: SetKeyOptions, terminal: Terminal): Promise<void> {
  setInterruptMessage('Interrupted. Nothing was stored.', terminal);
  const stateMachine = await findStateMachine(stateMachineArn, terminal);
  const settings = await readInstalledSettings(stateMachine);
  const secretArn = settings.apiKeySecretArn;

  const apiKey = readKey(await readSecret('Flightcontrol API key: ', terminal));
  terminal.goOnUnread();
  const finding = await checkBeforeStoring(apiKey, check, settings);
  if (!json) terminal.out(finding);
  await asUsageError(() => storeKey(stateMachine, secretArn, apiKey));
  if (json) terminal.json({ secretArn, status: 'STORED', checked: check !== false });
  else terminal.out(`The key is stored in the secret ${secretArn}. Running watches use it within five minutes.`);
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
