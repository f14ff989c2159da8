import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { gitHubFilterEnvironment, receiverEnvironment } from '../contract/environment';
import { DEFAULT_EVENT_BUS } from '../contract/events';
import { FUNCTIONS } from '../contract/functions';
import type { GitHubFilter } from '../contract/github-filter';
import { acknowledgeMissingTraces } from './acknowledgements';
import { FlightwatchFunction } from './flightwatch-function';
import { FloodProtection } from './flood-protection';
import type { Retention } from './retention';
import { grantReadSecret } from './secret-key';

export interface GitHubWebhookProps {
  /** The watches; its name is in the metrics. */
  readonly stateMachine: StateMachine;
  /** Where the announcements go. @default - the default bus */
  readonly eventBus?: IEventBus | undefined;
  readonly eventSource: string;
  readonly filter: GitHubFilter;
  readonly encryptionKey?: IKey | undefined;
  readonly retention: Retention;
}

/** GitHub waits 10 s. Two reads of the secret and one announcement take 9 s in the worst case. */
const RECEIVE_TIMEOUT = Duration.seconds(9);

const SECRET_CHARACTERS = 64;

/** Receives the deliveries of a GitHub webhook, and announces the deployments that they are about. */
export class GitHubWebhook extends Construct {
  readonly function: FlightwatchFunction;
  /** Signs the deliveries. */
  readonly secret: ISecret;
  /** What GitHub delivers to. */
  readonly url: string;
  private readonly retention: Retention;

  constructor(scope: Construct, id: string, props: GitHubWebhookProps) {
    super(scope, id);
    const { stateMachine, eventSource, filter, retention } = props;
    this.retention = retention;
    const eventBus = props.eventBus ?? EventBus.fromEventBusName(this, 'EventBus', DEFAULT_EVENT_BUS);
    this.secret = this.createSecret(props);
    this.function = new FlightwatchFunction(this, 'Receiver', {
      description: 'Receives the deliveries of a GitHub webhook',
      bundle: FUNCTIONS.receive,
      timeout: RECEIVE_TIMEOUT,
      environment: {
        ...receiverEnvironment.encode({
          secretArn: this.secret.secretArn,
          eventBusName: eventBus.eventBusName,
          eventSource,
          stateMachineName: stateMachine.stateMachineName,
        }),
        ...gitHubFilterEnvironment.encode(filter),
      },
      quiet: true,
      retention,
    });
    acknowledgeMissingTraces(this.function);
    grantReadSecret(this.secret, this.function);
    eventBus.grantPutEventsTo(this.function);
    // GitHub cannot sign in to AWS: the signature of each delivery is what the function checks.
    this.url = this.function.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;
  }

  /** Closes the receiver while this alarm is on. */
  closeDuring(alarm: Alarm, deadLetterQueue: IQueue): void {
    const { function: receiver, retention } = this;
    new FloodProtection(this, 'FloodProtection', { function: receiver, alarm, deadLetterQueue, retention });
  }

  private createSecret({ encryptionKey, retention }: GitHubWebhookProps): ISecret {
    // CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`.
    return new Secret(this, 'Secret', {
      description: 'Signs the deliveries of the GitHub webhook, checked by Flightwatch',
      generateSecretString: { passwordLength: SECRET_CHARACTERS, excludePunctuation: true },
      removalPolicy: retention.removalPolicy,
      ...(encryptionKey && { encryptionKey }),
    }) as ISecret;
  }
}
