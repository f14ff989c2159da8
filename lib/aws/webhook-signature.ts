import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { verify } from '@octokit/webhooks-methods';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** After this, a secret that was replaced is no longer taken from the cache. */
const CACHE_MILLISECONDS = 5 * MINUTE;

/** Whoever sends wrong signatures cannot make the secret be read more often. */
const REREAD_MILLISECONDS = MINUTE;

/** How long the previous secret is accepted, from the creation of the current one. */
const OVERLAP_MILLISECONDS = 24 * 60 * MINUTE;

interface Version {
  readonly value: string;
  readonly createdAt: Date;
}

/** Both versions as they were read at one time; the previous one only once it is needed. */
interface Secrets {
  readonly readAt: number;
  readonly current: Version;
  previous?: { readonly version: Version | undefined };
}

/** Checks signatures of GitHub's deliveries with the webhook's secret, which may be replaced at any time. */
export class WebhookSignature {
  private cached: Secrets | undefined;

  constructor(
    private readonly client: SecretsManagerClient,
    private readonly secretArn: string,
    private readonly now: () => Date,
  ) {}

  /**
   * Takes constant time for each secret.
   *
   * @param text has the bytes that were signed; not empty
   * @throws Error if the secret cannot be read
   */
  async isRight(text: string, signature: string): Promise<boolean> {
    const secrets = await this.readUnlessYounger(CACHE_MILLISECONDS);
    if (await this.matches(secrets, text, signature)) return true;
    const newer = await this.readUnlessYounger(REREAD_MILLISECONDS);
    return newer !== secrets && this.matches(newer, text, signature);
  }

  private async matches(secrets: Secrets, text: string, signature: string): Promise<boolean> {
    if (await verify(secrets.current.value, text, signature)) return true;
    if (this.now().getTime() - secrets.current.createdAt.getTime() >= OVERLAP_MILLISECONDS) return false;
    secrets.previous ??= { version: await this.readVersion('AWSPREVIOUS') };
    const { version } = secrets.previous;
    return version !== undefined && verify(version.value, text, signature);
  }

  private async readUnlessYounger(maxAge: number): Promise<Secrets> {
    const readAt = this.now().getTime();
    if (this.cached !== undefined && readAt - this.cached.readAt < maxAge) return this.cached;
    const current = await this.readVersion('AWSCURRENT');
    if (current === undefined) throw new Error('The secret of the webhook does not exist or has no value');
    this.cached = { readAt, current };
    return this.cached;
  }

  private async readVersion(stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<Version | undefined> {
    const command = new GetSecretValueCommand({ SecretId: this.secretArn, VersionStage: stage });
    try {
      const { SecretString, CreatedDate = this.now() } = await this.client.send(command);
      return SecretString ? { value: SecretString, createdAt: CreatedDate } : undefined;
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return undefined;
      throw new Error('The secret of the webhook cannot be read', { cause: error });
    }
  }
}
