import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { verify } from '@octokit/webhooks-methods';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** After this, a secret that was replaced is no longer taken from the cache. */
const CACHE_MILLISECONDS = 5 * MINUTE;

/** Whoever sends wrong signatures cannot make the secret be read more often, */
const REREAD_MILLISECONDS = MINUTE;

/** nor while it cannot be read. */
const PAUSE_MILLISECONDS = 10 * SECOND;

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

interface Failure {
  readonly at: number;
  readonly error: Error;
}

/** Checks signatures of GitHub's deliveries with the webhook's secret, which may be replaced at any time. */
export class WebhookSignature {
  private cached: Secrets | undefined;
  private mismatchedAt = Number.NEGATIVE_INFINITY;
  private failure: Failure | undefined;

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
    const known = this.cached;
    const secrets = await this.readUnlessYounger(CACHE_MILLISECONDS);
    if (await this.matches(secrets, text, signature)) return true;
    const mayReread = this.time() - this.mismatchedAt >= REREAD_MILLISECONDS;
    if (mayReread) this.mismatchedAt = this.time();
    // What was read for this very signature would be the same again.
    if (!mayReread || secrets !== known) return false;
    const newer = await this.readUnlessYounger(0);
    return newer !== secrets && this.matches(newer, text, signature);
  }

  private async matches(secrets: Secrets, text: string, signature: string): Promise<boolean> {
    if (await verify(secrets.current.value, text, signature)) return true;
    if (this.time() - secrets.current.createdAt.getTime() >= OVERLAP_MILLISECONDS) return false;
    secrets.previous ??= { version: await this.readVersion('AWSPREVIOUS') };
    const { version } = secrets.previous;
    return version !== undefined && verify(version.value, text, signature);
  }

  /** While the secret cannot be read, the one that is known is still the best that there is. */
  private async readUnlessYounger(maxAge: number): Promise<Secrets> {
    if (this.cached !== undefined && this.time() - this.cached.readAt < maxAge) return this.cached;
    try {
      this.cached = await this.read();
    } catch (error) {
      if (this.cached === undefined) throw error;
    }
    return this.cached;
  }

  private async read(): Promise<Secrets> {
    const readAt = this.time();
    const current = await this.readVersion('AWSCURRENT');
    if (current === undefined)
      throw this.remember(new Error('The secret of the webhook does not exist or has no value'));
    return { readAt, current };
  }

  private async readVersion(stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<Version | undefined> {
    if (this.failure !== undefined && this.time() - this.failure.at < PAUSE_MILLISECONDS) throw this.failure.error;
    const command = new GetSecretValueCommand({ SecretId: this.secretArn, VersionStage: stage });
    try {
      const { SecretString, CreatedDate = this.now() } = await this.client.send(command);
      return SecretString ? { value: SecretString, createdAt: CreatedDate } : undefined;
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return undefined;
      throw this.remember(new Error('The secret of the webhook cannot be read', { cause: error }));
    }
  }

  private remember(error: Error): Error {
    this.failure = { at: this.time(), error };
    return error;
  }

  private time(): number {
    return this.now().getTime();
  }
}
