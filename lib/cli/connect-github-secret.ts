import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { createWebhookSecret } from '../github/webhook-secret';
import { asUsageError, UsageError } from './errors';

/** Where the secret is that webhooks sign with. */
export interface WebhookSecret {
  readonly arn: string;
  readonly region: NonNullable<SecretsManagerClientConfig['region']>;
}

/** @throws UsageError */
export async function readWebhookSecret({ arn, region }: WebhookSecret): Promise<string> {
  const client = new SecretsManagerClient({ ...COMMAND_LINE_CLIENT, region });
  const { SecretString } = await asUsageError(() => client.send(new GetSecretValueCommand({ SecretId: arn })));
  if (SecretString) return SecretString;
  throw new UsageError(`The secret ${arn} holds no text: write a new one with --rotate.`);
}

/**
 * Writes a new version. Secrets Manager keeps the one before it.
 *
 * @returns the new secret
 * @throws UsageError
 */
export async function replaceWebhookSecret({ arn, region }: WebhookSecret): Promise<string> {
  const client = new SecretsManagerClient({ ...COMMAND_LINE_CLIENT, region });
  const secret = createWebhookSecret();
  await asUsageError(() => client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: secret })));
  return secret;
}
