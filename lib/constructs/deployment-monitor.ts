import { Duration, SecretValue } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Connections, IConnectable } from 'aws-cdk-lib/aws-ec2';
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
import { Alarms, type AlarmsProps } from './alarms';
import { Announcements } from './announcements';
import { WatchDashboard } from './dashboard';
import type { DeploymentMonitorProps } from './deployment-monitor-props';
import { createFloodAlarm } from './github-alarms';
import { GitHubWebhook } from './github-webhook';
import { History } from './history';
import { type MonitorOptions, readOptions } from './monitor-options';
import { Notifications } from './notifications';
import { Outcomes } from './outcomes';
import type { PollFunction } from './poll-function';
import type { Retention } from './retention';
import { SlackChannel } from './slack-channel';
import { warnAbout, warnIfUnheard } from './synth-warnings';
import { Watch } from './watch';
import { Watchdog } from './watchdog';

/** What alarms are about. */
type Alarmed = Omit<AlarmsProps, 'alarmTopic' | 'emails' | 'gitHub'>;

/** Watches Flightcontrol deployments and publishes one notification for each: how it ended. */
export class DeploymentMonitor extends Construct implements IConnectable {
  readonly stateMachine: StateMachine;
  readonly topic: ITopic;
  readonly apiKeySecret: ISecret;
  /** Events that could not be delivered or processed, and notifications that could not be delivered. */
  readonly deadLetterQueue: Queue;
  /** Alarms for what notifications cannot report. None if `alarms` is false. */
  readonly alarms: readonly Alarm[];
  /** Where the alarms go, unless `alarms` is false. */
  readonly alarmTopic?: ITopic;
  /** The verdicts about each environment, unless `history` is false. */
  readonly historyTable?: ITable;
  /** Where GitHub delivers its events, with `githubWebhook`. */
  readonly githubWebhookUrl?: string;
  /** Signs GitHub's deliveries, with `githubWebhook`. */
  readonly githubWebhookSecret?: ISecret;
  private readonly pollFunction: PollFunction;

  constructor(scope: Construct, id: string, props: DeploymentMonitorProps = {}) {
    super(scope, id);
    const options = readOptions(this, props);
    warnAbout(this, props, options);
    const { encryptionKey, eventBus, slack } = props;
    const { retention, gitHub, eventSource } = options;

    this.deadLetterQueue = this.createDeadLetterQueue(retention);
    this.apiKeySecret = props.secret ?? this.createSecret(encryptionKey, retention);
    const { deadLetterQueue, apiKeySecret } = this;
    const { topic } = new Notifications(this, 'Notifications', { ...props, ...options, deadLetterQueue });
    const history = options.history ? new History(this, 'History', { encryptionKey, retention }) : undefined;
    // Rules without a bus are on the default one; a state machine has to name it.
    const eventTarget = eventBus ?? EventBus.fromEventBusName(this, 'DefaultEventBus', DEFAULT_EVENT_BUS);
    const watch = new Watch(this, 'Watch', {
      ...options,
      apiKeySecret,
      topic,
      eventBus: eventTarget,
      history,
      stateMachineName: props.stateMachineName,
    });
    const { stateMachine, pollFunction } = watch;
    const common = { stateMachine, eventBus, deadLetterQueue, retention };
    new Announcements(this, 'Announcements', { ...common, eventSource, gitHub });
    const webhook = gitHub.webhook
      ? new GitHubWebhook(this, 'GitHubWebhook', { ...common, eventSource, encryptionKey, filter: gitHub.filter })
      : undefined;
    const { stateMachine: reports } = new Watchdog(this, 'Watchdog', { ...common, topic, eventBus: eventTarget });
    new Outcomes(this, 'Outcomes', { ...common, watches: stateMachine, reports, history });
    const webhookReceiver = webhook?.function;
    const alarmed = { ...common, pollFunction, topic, encryptionKey, webhookReceiver };
    const { alarms, topic: alarmTopic, webhookFlooded } = this.createAlarms(options, alarmed);
    if (webhookFlooded) webhook?.closeDuring(webhookFlooded, deadLetterQueue);
    if (options.dashboard) {
      new WatchDashboard(this, 'Overview', { stateMachine, pollLogGroup: pollFunction.logGroup, alarms });
    }
    if (slack) new SlackChannel(this, 'Slack', { ...slack, topics: [topic, ...(alarmTopic ? [alarmTopic] : [])] });
    acknowledgeFindings(this, { stateMachines: [stateMachine, reports], invokedFunctions: [pollFunction] });

    this.stateMachine = stateMachine;
    this.topic = topic;
    this.pollFunction = pollFunction;
    this.alarms = alarms;
    if (alarmTopic) this.alarmTopic = alarmTopic;
    if (history) this.historyTable = history.table;
    if (webhook === undefined) return;
    this.githubWebhookUrl = webhook.url;
    this.githubWebhookSecret = webhook.secret;
  }

  /**
   * The security group of the function in the VPC, for example to let it through to an endpoint.
   *
   * @throws Error without `vpc`
   */
  get connections(): Connections {
    return this.pollFunction.connections;
  }

  /** Allows starting a watch of this state machine and following it to its end: what the command line needs. */
  grantStart(grantee: IGrantable): Grant {
    return this.stateMachine
      .grant(grantee, 'states:StartExecution', 'states:DescribeStateMachine')
      .combine(this.stateMachine.grantExecution(grantee, 'states:DescribeExecution', 'states:GetExecutionHistory'));
  }

  private createSecret(encryptionKey: IKey | undefined, { removalPolicy }: Retention): ISecret {
    // CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`.
    return new Secret(this, 'ApiKey', {
      description: 'Flightcontrol API key, read by Flightwatch',
      // No secret is in the template: the key is set after the deployment, and later deployments leave it alone.
      secretStringValue: SecretValue.unsafePlainText(PLACEHOLDER_API_KEY),
      removalPolicy,
      ...(encryptionKey && { encryptionKey }),
    }) as ISecret;
  }

  /** Without alarms, there is only the one that the flood protection acts on, and it tells nobody. */
  private createAlarms(
    { alarms, gitHub }: MonitorOptions,
    props: Alarmed,
  ): Pick<Alarms, 'alarms' | 'webhookFlooded'> & { readonly topic?: ITopic } {
    if (alarms) {
      const made = new Alarms(this, 'Alarms', { ...props, ...alarms, gitHub: gitHub.webhook || gitHub.events });
      if (alarms.alarmTopic === undefined) warnIfUnheard(this, made.topic);
      return made;
    }
    const { webhookReceiver } = props;
    const webhookFlooded = webhookReceiver && createFloodAlarm(new Construct(this, 'Alarms'), webhookReceiver);
    return { alarms: [], webhookFlooded };
  }

  private createDeadLetterQueue({ removalPolicy }: Retention): Queue {
    return new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // It holds no keys; a customer managed key would have to let EventBridge and SNS in.
      encryption: QueueEncryption.SQS_MANAGED,
      removalPolicy,
    });
  }
}
