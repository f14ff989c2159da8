import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
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
 * @throws UsageError, also if there are two versions already that webhooks may sign with
 */
export async function replaceWebhookSecret({ arn, region }: WebhookSecret, now: Date): Promise<string> {
  const client = new SecretsManagerClient({ ...COMMAND_LINE_CLIENT, region });
  await asUsageError(() => checkAge(client, arn, now));
  const secret = createWebhookSecret();
  await asUsageError(() => client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: secret })));
  return secret;
}

type Version = Partial<GetSecretValueCommandOutput>;

const HOURS_OF_OVERLAP = 24;

/** The receiver accepts two versions. A third would shut out the webhooks that still sign with the oldest. */
async function checkAge(client: SecretsManagerClient, arn: string, now: Date): Promise<void> {
  const { CreatedDate } = await readVersion(client, arn, 'AWSCURRENT');
  const hours = CreatedDate === undefined ? HOURS_OF_OVERLAP : (now.getTime() - CreatedDate.getTime()) / 3_600_000;
  if (hours >= HOURS_OF_OVERLAP) return;
  const previous = await readVersion(client, arn, 'AWSPREVIOUS');
  if (previous.SecretString === undefined) return;
  throw new UsageError(
    `The secret was replaced ${Math.max(0, Math.floor(hours))} hours ago, and webhooks that are not connected again yet would be shut out: connect them without --rotate, and rotate again when ${HOURS_OF_OVERLAP} hours are over.`,
  );
}

async function readVersion(client: SecretsManagerClient, SecretId: string, VersionStage: string): Promise<Version> {
  try {
    return await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return {};
    throw error;
  }
}
