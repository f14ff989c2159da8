import { Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { DEFAULT_EVENT_BUS } from '../contract/events';
import { PLACEHOLDER_API_KEY } from '../flightcontrol/api-key';
import { acknowledgeFindings } from './acknowledgements';
import { Alarms } from './alarms';
import { Announcements } from './announcements';
import { WatchDashboard } from './dashboard';
import {
  type DeploymentMonitorProps,
  readApiSettings,
  readEventSource,
  readGitHubSettings,
  readHistory,
  readNotifyOn,
  readWatchSettings,
} from './deployment-monitor-props';
import { GitHubWebhook } from './github-webhook';
import { History } from './history';
import { Notifications } from './notifications';
import { Outcomes } from './outcomes';
import { SlackChannel } from './slack-channel';
import { Watch } from './watch';
import { Watchdog } from './watchdog';

/** Watches Flightcontrol deployments and publishes one notification for each: how it ended. */
export class DeploymentMonitor extends Construct {
  readonly stateMachine: StateMachine;
  readonly topic: ITopic;
  readonly apiKeySecret: ISecret;
  /** Events that could not be delivered or processed, and notifications that could not be delivered. */
  readonly deadLetterQueue: Queue;
  /** Alarms for what notifications cannot report. */
  readonly alarms: readonly Alarm[];
  /** Where the alarms go. */
  readonly alarmTopic: ITopic;
  /** The verdicts about each environment, unless `history` is false. */
  readonly historyTable?: ITable;
  /** Where GitHub delivers its events, with `githubWebhook`. */
  readonly githubWebhookUrl?: string;
  /** Signs GitHub's deliveries, with `githubWebhook`. */
  readonly githubWebhookSecret?: ISecret;

  constructor(scope: Construct, id: string, props: DeploymentMonitorProps = {}) {
    super(scope, id);
    const api = readApiSettings(props);
    const settings = readWatchSettings(props);
    const eventSource = readEventSource(props);
    const gitHub = readGitHubSettings(props);
    const notifyOn = readNotifyOn(props);
    const remembers = readHistory(props);
    const { encryptionKey, eventBus, slack, stateMachineName } = props;

    const deadLetterQueue = this.createDeadLetterQueue();
    const apiKeySecret = props.secret ?? this.createSecret(encryptionKey);
    const { topic } = new Notifications(this, 'Notifications', {
      topic: props.topic,
      encryptionKey,
      emails: props.notifyEmails ?? [],
      notifyOn,
      deadLetterQueue,
    });
    const history = remembers ? new History(this, 'History', { encryptionKey }) : undefined;
    // Rules without a bus are on the default one; a state machine has to name it.
    const eventTarget = eventBus ?? EventBus.fromEventBusName(this, 'DefaultEventBus', DEFAULT_EVENT_BUS);
    const watch = new Watch(this, 'Watch', {
      apiKeySecret,
      topic,
      eventBus: eventTarget,
      history,
      api,
      settings,
      stateMachineName,
    });
    const { stateMachine, pollFunction } = watch;
    new Announcements(this, 'Announcements', { stateMachine, eventBus, eventSource, gitHub, deadLetterQueue });
    const webhook = gitHub.webhook
      ? new GitHubWebhook(this, 'GitHubWebhook', { stateMachine, eventBus, eventSource, encryptionKey, ...gitHub })
      : undefined;
    const watchdog = new Watchdog(this, 'Watchdog', { stateMachine, topic, eventBus: eventTarget, deadLetterQueue });
    const reports = watchdog.stateMachine;
    new Outcomes(this, 'Outcomes', { watches: stateMachine, reports, eventBus, history, deadLetterQueue });
    const {
      alarms,
      topic: alarmTopic,
      webhookFlooded,
    } = new Alarms(this, 'Alarms', {
      stateMachine,
      pollFunction,
      topic,
      deadLetterQueue,
      encryptionKey,
      emails: props.alarmEmails ?? [],
      webhookReceiver: webhook?.function,
      gitHub: gitHub.webhook || gitHub.events,
    });
    if (webhookFlooded) webhook?.closeDuring(webhookFlooded, deadLetterQueue);
    new WatchDashboard(this, 'Overview', { stateMachine, pollLogGroup: pollFunction.logGroup, alarms });
    if (slack) new SlackChannel(this, 'Slack', { ...slack, topics: [topic, alarmTopic] });
    acknowledgeFindings(this, { stateMachines: [stateMachine, reports], invokedFunctions: [pollFunction] });

    this.stateMachine = stateMachine;
    this.topic = topic;
    this.apiKeySecret = apiKeySecret;
    this.deadLetterQueue = deadLetterQueue;
    this.alarms = alarms;
    this.alarmTopic = alarmTopic;
    if (history) this.historyTable = history.table;
    if (webhook === undefined) return;
    this.githubWebhookUrl = webhook.url;
    this.githubWebhookSecret = webhook.secret;
  }

  /** Allows starting a watch of this state machine and following it to its end: what the command line needs. */
  grantStart(grantee: IGrantable): Grant {
    return this.stateMachine
      .grant(grantee, 'states:StartExecution', 'states:DescribeStateMachine')
      .combine(this.stateMachine.grantExecution(grantee, 'states:DescribeExecution', 'states:GetExecutionHistory'));
  }

  private createSecret(encryptionKey: IKey | undefined): ISecret {
    // CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`.
    return new Secret(this, 'ApiKey', {
      description: 'Flightcontrol API key, read by Flightwatch',
      // No secret is in the template: the key is set after the deployment, and later deployments leave it alone.
      secretStringValue: SecretValue.unsafePlainText(PLACEHOLDER_API_KEY),
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    }) as ISecret;
  }

  private createDeadLetterQueue(): Queue {
    return new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // It holds no keys; a customer managed key would have to let EventBridge and SNS in.
      encryption: QueueEncryption.SQS_MANAGED,
    });
  }
}
