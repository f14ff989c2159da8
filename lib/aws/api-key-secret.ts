import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PASSING_ERRORS } from '../contract/names';
import { readApiKey } from '../flightcontrol/api-key';
import { messageOf } from '../text';
import { PassingError, type PollDependencies, SecretError } from '../watch/poll';

const KEPT_MILLISECONDS = 5 * 60 * 1000;

/** What asking again does not mend. Source: Secrets Manager API, GetSecretValue. */
const LASTING_ERRORS: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'does not exist or has no value',
  AccessDeniedException: 'may not be read by the poll function (AccessDeniedException)',
  DecryptionFailure: 'cannot be decrypted (DecryptionFailure)',
  InvalidRequestException: 'cannot be read, it may be scheduled for deletion (InvalidRequestException)',
  InvalidParameterException: 'cannot be read (InvalidParameterException)',
  ValidationException: 'cannot be read (ValidationException)',
};

/** Reads the API key and keeps it for at most five minutes. */
export function createKeyReader(
  client: SecretsManagerClient,
  secretArn: string,
  now: () => Date,
): PollDependencies['readKey'] {
  let kept: { key: string; until: number } | undefined;
  return async ({ fresh }) => {
    if (!fresh && kept !== undefined && now().getTime() < kept.until) return kept.key;
    const key = readApiKey(await getSecretString(client, secretArn));
    kept = { key, until: now().getTime() + KEPT_MILLISECONDS };
    return key;
  };
}

async function getSecretString(client: SecretsManagerClient, secretArn: string): Promise<string | undefined> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return SecretString;
  } catch (error) {
    const lasting = LASTING_ERRORS[(error as Error).name];
    if (lasting !== undefined) throw new SecretError(lasting);
    throw new PassingError(PASSING_ERRORS.secretUnavailable, `GetSecretValue: ${messageOf(error)}`);
  }
}
