import { awsEnvironment } from '../support/aws-environment';
import { AwsServer, SECRET_ARN } from '../support/aws-server';
import { type CommandOptions, type CommandResult, flightwatch } from '../support/command';
import { GitHubServer } from '../support/github-server';
import { STATE_MACHINE_ARN } from '../support/step-functions';
import { WebhookReceiver } from '../support/webhook-receiver';

export const WEBHOOK_SECRET = 'CANARY_of_the_webhook_0123456789';

/** The real command, with a GitHub, an AWS endpoint with a stack, and the webhook receiver of that stack. */
export class GitHubWorld {
  private constructor(
    readonly github: GitHubServer,
    readonly aws: AwsServer,
    readonly receiver: WebhookReceiver,
  ) {}

  static async start(): Promise<GitHubWorld> {
    const servers = await Promise.all([GitHubServer.start(), AwsServer.start(), WebhookReceiver.start()]);
    const world = new GitHubWorld(...servers);
    world.aws.secret = WEBHOOK_SECRET;
    world.receiver.secrets = [WEBHOOK_SECRET];
    world.deploy({ [STATE_MACHINE_ARN]: 'MonitorWatchStateMachine0A1B2C3D', ...world.receiverAs('Monitor') });
    return world;
  }

  /** @param resources logical ids by physical id */
  deploy(resources: Readonly<Record<string, string>>): void {
    const details = Object.entries(resources).map(([physicalId, id]) => [physicalId, { id, type: typeOf(id) }]);
    this.aws.cloudFormation.stacks.Flightwatch = {
      resources: Object.keys(resources),
      outputs: {},
      details: Object.fromEntries(details),
    };
  }

  /** The resources of a receiver in a construct of this name. */
  receiverAs(construct: string): Record<string, string> {
    this.aws.functionUrls = { receiver: this.receiver.url };
    return {
      receiver: `${construct}GitHubWebhookReceiver4E5F6A7B`,
      [SECRET_ARN]: `${construct}GitHubWebhookSecret8C9D0E1F`,
    };
  }

  get environment(): Record<string, string> {
    return {
      ...awsEnvironment(this.aws),
      FLIGHTWATCH_STATE_MACHINE_ARN: STATE_MACHINE_ARN,
      GITHUB_API_URL: this.github.url,
      GITHUB_TOKEN: this.github.token,
    };
  }

  /** Neither the token nor the secret, before and after, is ever printed. */
  async connect(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const env = { ...this.environment, ...options.env };
    const before = this.aws.secret;
    const result = await flightwatch(['connect-github', ...args], { ...options, env });
    for (const secret of [before, this.aws.secret]) expect(result.stdout + result.stderr).not.toContain(secret);
    return result;
  }

  async close(): Promise<void> {
    await Promise.all([this.github.close(), this.aws.close(), this.receiver.close()]);
  }
}

function typeOf(logicalId: string): string {
  if (logicalId.includes('StateMachine')) return 'AWS::StepFunctions::StateMachine';
  return logicalId.includes('Secret') ? 'AWS::SecretsManager::Secret' : 'AWS::Lambda::Function';
}
