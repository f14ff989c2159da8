import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ApiGeneration } from '../contract/api-generations';
import type { PacingProps } from './pacing-props';

export interface DeploymentMonitorProps {
  /** Holds the Flightcontrol API key: bare, or as JSON under `apiKey`. @default - a new secret, to be filled */
  readonly secret?: ISecret;
  /** Receives one notification for each watched deployment. @default - a new topic */
  readonly topic?: ITopic;
  /** Encrypts the topics, the secrets and the history that are made here. @default - keys owned by AWS */
  readonly encryptionKey?: IKey;
  /** Where `Deployment Triggered` events start a watch. @default - the default bus */
  readonly eventBus?: IEventBus;
  /** The source of those events; two monitors on one bus need two sources. @default 'flightcontrol' */
  readonly eventSource?: string;
  /** Makes a webhook receiver, which announces the deployments that GitHub tells of. @default false */
  readonly githubWebhook?: boolean;
  /** Takes GitHub's events from the event bus, in the form of AWS's quick start for GitHub. @default false */
  readonly githubEvents?: boolean;
  /** Given ids of the environments that are watched when GitHub announces a deployment, with `*`. @default - all */
  readonly environments?: readonly string[];
  /** Whether preview environments are watched when GitHub announces a deployment. @default true */
  readonly previewEnvironments?: boolean;
  /** Addresses that get every notification by e-mail. @default - none */
  readonly notifyEmails?: readonly string[];
  /** `problems`: e-mails for all but SUCCEEDED. `changes`: also for one that ends problems or may do. @default 'all' */
  readonly notifyOn?: NotifyOn;
  /** Whether the verdicts about each environment are kept, in a table, and told of in notifications. @default true */
  readonly history?: boolean;
  /** Whether there are alarms for what notifications cannot report. @default true */
  readonly alarms?: boolean;
  /** Receives the alarms. @default - a new topic */
  readonly alarmTopic?: ITopic;
  /** Addresses that get the alarms by e-mail. @default - none */
  readonly alarmEmails?: readonly string[];
  /** Whether there is a dashboard, for which AWS charges more than for all the rest. @default false */
  readonly dashboard?: boolean;
  /** A Slack channel that gets notifications and alarms. @default - none */
  readonly slack?: SlackProps;
  /** The generation of the Flightcontrol API. @default 'legacy' */
  readonly api?: ApiGeneration;
  /** Another base address, https only; http for loopback hosts, for tests. @default - by `api` */
  readonly apiBaseUrl?: string;
  /** How long one watch may take, 1 minute to 24 hours. @default Duration.hours(2) */
  readonly timeout?: Duration;
  /** How often the API is asked in each phase. @default - measured, see docs/performance.md */
  readonly pacing?: PacingProps;
  /** @default - a name that CloudFormation makes */
  readonly stateMachineName?: string;
  /** What becomes of secrets, the history, logs and dead letters with the stack. @default RemovalPolicy.DESTROY */
  readonly removalPolicy?: RemovalPolicy;
  /** How long logs are kept. @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays;
  /** The function that asks the API runs here; it needs a route to the API, Secrets Manager and DynamoDB. @default - none */
  readonly vpc?: IVpc;
  /** The subnets for that function. @default - private ones, those with a route to the internet if there are any */
  readonly vpcSubnets?: SubnetSelection;
}

/** A channel that Amazon Q Developer in chat applications has access to. */
export interface SlackProps {
  /** Such as T0123ABCD. */
  readonly workspaceId: string;
  /** Such as C0123ABCD. */
  readonly channelId: string;
}

export const NOTIFY_ON = ['all', 'problems', 'changes'] as const;
/** Which notifications are sent by e-mail. */
export type NotifyOn = (typeof NOTIFY_ON)[number];
