import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ApiGeneration } from '../contract/api-generations';
import { everyOf } from '../contract/every-of';
import type { PacingProps } from './pacing-props';

/**
 * What can be changed about a monitor. None is required. Existing resources must be in the Region of the stack.
 *
 * Values that are known at deployment only (tokens) are allowed where they don't decide which resources there are.
 */
export interface DeploymentMonitorProps {
  /**
   * Holds the Flightcontrol API key: bare, or as JSON under `apiKey`. If it is imported and has a customer managed key,
   * import it with `Secret.fromSecretAttributes(...)` and its `encryptionKey`.
   *
   * @default - a new secret with a placeholder; store the key with `flightwatch set-key`
   */
  readonly secret?: ISecret;
  /**
   * Receives one notification for each watched deployment. A FIFO topic is not possible.
   *
   * @default - a new topic
   */
  readonly topic?: ITopic;
  /**
   * Encrypts the topics, the secrets and the history that are created here. An imported alias is not possible, because
   * policies name keys: use `Key.fromLookup(...)`.
   *
   * @default - keys owned or managed by AWS
   */
  readonly encryptionKey?: IKey;
  /**
   * The bus where `Deployment Triggered` events start a watch, and where each watch puts `Deployment Finished`. It must be
   * in the account and the Region of the stack.
   *
   * @default - the default bus of the account
   */
  readonly eventBus?: IEventBus;
  /**
   * The `source` of the events that announce deployments: 1 to 256 of `A-Z a-z 0-9 . _ / -`, not beginning with `aws.`.
   * Two monitors on one bus need two sources.
   *
   * @default 'flightcontrol'
   */
  readonly eventSource?: string;
  /**
   * Whether to create a webhook receiver, which announces the deployments that GitHub tells of.
   *
   * @default false
   */
  readonly githubWebhook?: boolean;
  /**
   * Whether to take GitHub's events from the event bus, in the form of AWS's quick start for GitHub.
   *
   * @default false
   */
  readonly githubEvents?: boolean;
  /**
   * Given ids of the environments that are watched when GitHub announces a deployment, with `*` for any text.
   *
   * @default ['*']
   */
  readonly environments?: readonly string[];
  /**
   * Whether preview environments are watched when GitHub announces a deployment.
   *
   * @default true
   */
  readonly previewEnvironments?: boolean;
  /**
   * Addresses that receive the notifications by e-mail, at most 50. Each of them has to confirm.
   *
   * @default - none
   */
  readonly notifyEmails?: readonly string[];
  /**
   * Which notifications `notifyEmails` receive. `changes` needs the history.
   *
   * @default 'all'
   */
  readonly notifyOn?: NotifyOn;
  /**
   * Whether the verdicts about each environment are kept in a table, for a year, and told of in notifications.
   *
   * @default true
   */
  readonly history?: boolean;
  /**
   * Whether there are alarms for what notifications cannot report.
   *
   * @default true
   */
  readonly alarms?: boolean;
  /**
   * Receives the alarms. A FIFO topic is not possible.
   *
   * @default - a new topic
   */
  readonly alarmTopic?: ITopic;
  /**
   * Addresses that receive the alarms by e-mail, at most 50. Each of them has to confirm.
   *
   * @default - none
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Whether to create a CloudWatch dashboard, for which AWS may charge more than for everything else.
   *
   * @default false
   */
  readonly dashboard?: boolean;
  /**
   * A Slack channel that receives the notifications and the alarms.
   *
   * @default - none
   */
  readonly slack?: SlackProps;
  /**
   * The generation of the Flightcontrol API.
   *
   * @default 'legacy'
   */
  readonly api?: ApiGeneration;
  /**
   * The base address of the API, `https` only. `http` is allowed for loopback hosts, for tests.
   *
   * @default - by `api`
   */
  readonly apiBaseUrl?: string;
  /**
   * The time limit of a watch: 1 minute to 24 hours, in whole minutes.
   *
   * @default Duration.hours(2)
   */
  readonly timeout?: Duration;
  /**
   * How often the API is asked.
   *
   * @default - measured values, see {@link PacingProps}
   */
  readonly pacing?: PacingProps;
  /**
   * The name of the state machine: 1 to 80 of `A-Z a-z 0-9 _ -`. Without its ARN, the command line looks for `flightwatch`,
   * or for the only one whose name begins with `flightwatch-`. Changing it ends running watches without a notification.
   *
   * @default - a name that CloudFormation makes
   */
  readonly stateMachineName?: string;
  /**
   * What happens to the secrets, the history, the logs and the dead-letter queue when they are removed from the stack, or
   * the stack is deleted: `DESTROY`, `RETAIN` or `RETAIN_ON_UPDATE_OR_DELETE`.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * How long logs are kept.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * The VPC of the poll function. It needs a route to the API, to Secrets Manager and, unless `history` is `false`, to
   * DynamoDB.
   *
   * @default - none, the function has access to the internet
   */
  readonly vpc?: IVpc;
  /**
   * The subnets of the poll function. They need `vpc`, and cannot be public.
   *
   * @default - private subnets, those with a route to the internet if there are any
   */
  readonly vpcSubnets?: SubnetSelection;
}

/** A channel that Amazon Q Developer in chat applications has access to. */
export interface SlackProps {
  /** The id of the workspace, such as `T0123ABCD`. */
  readonly workspaceId: string;
  /** The id of the channel, such as `C0123ABCD`. */
  readonly channelId: string;
}

/**
 * Which notifications are sent by e-mail: `all`; `problems`, every outcome but `SUCCEEDED`; `changes`, the problems, the
 * success that ends them, and any success of which it is not known whether it does.
 */
export type NotifyOn = 'all' | 'problems' | 'changes';
export const NOTIFY_ON = everyOf<NotifyOn>()(['all', 'problems', 'changes']);
