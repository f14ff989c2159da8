import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ApiKeyError, readApiKey } from '../flightcontrol/api-key';
import { messageOf } from '../text';
import type { ReadKey } from '../watch/ask';

const CACHE_MILLISECONDS = 5 * 60 * 1000;

/** What a retry does not change. Source: Secrets Manager API, GetSecretValue. */
const LASTING_ERRORS: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'does not exist or has no value',
  AccessDeniedException: 'may not be read by the poll function (AccessDeniedException)',
  DecryptionFailure: 'cannot be decrypted (DecryptionFailure)',
  InvalidRequestException: 'cannot be read, it may be scheduled for deletion (InvalidRequestException)',
  InvalidParameterException: 'cannot be read (InvalidParameterException)',
  ValidationException: 'cannot be read (ValidationException)',
};

/** Reads the API key from its secret and caches it for at most five minutes. */
export function createKeyReader(client: SecretsManagerClient, secretArn: string, now: () => Date): ReadKey {
  let cached: { readonly key: string; readonly until: number } | undefined;
  return async ({ fresh }) => {
    if (!fresh && cached !== undefined && now().getTime() < cached.until) return cached.key;
    const key = readApiKey(await getSecretString(client, secretArn));
    cached = { key, until: now().getTime() + CACHE_MILLISECONDS };
    return key;
  };
}

async function getSecretString(client: SecretsManagerClient, secretArn: string): Promise<string | undefined> {
  try {
    const { SecretString, SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    if (SecretBinary !== undefined) throw new ApiKeyError('is binary; it must be text');
    return SecretString;
  } catch (error) {
    if (error instanceof ApiKeyError) throw error;
    const lasting = LASTING_ERRORS[(error as Error).name];
    if (lasting !== undefined) throw new ApiKeyError(lasting);
    throw new ApiKeyError(`GetSecretValue: ${messageOf(error)}`, 'unavailable');
  }
}
