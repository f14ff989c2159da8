import { Duration, SecretValue } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Connections, IConnectable } from 'aws-cdk-lib/aws-ec2';
import { EventBus, type IEventBus, Match, type OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
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
import { checkProps } from './check-props';
import { checkRuleOptions } from './check-rule-options';
import { WatchDashboard } from './dashboard';
import type { DeploymentMonitorProps } from './deployment-monitor-props';
import { executionArnOf } from './execution-arns';
import { createFloodAlarm } from './github-alarms';
import { GitHubWebhook } from './github-webhook';
import { History } from './history';
import { ImportedMonitor } from './imported-monitor';
import { type IDeploymentMonitor, MonitorBase, type Watches } from './monitor-base';
import { type MonitorOptions, readOptions } from './monitor-options';
import { Notifications } from './notifications';
import { finishedEventsOf, Outcomes } from './outcomes';
import type { PollFunction } from './poll-function';
import type { Retention } from './retention';
import { grantReplaceSecret } from './secret-key';
import { SlackChannel } from './slack-channel';
import { warnAbout, warnAboutGrant, warnIfUnheard } from './synth-warnings';
import { Watch } from './watch';
import { Watchdog } from './watchdog';

/** What alarms are about. */
type Alarmed = Omit<AlarmsProps, 'alarmTopic' | 'emails' | 'gitHub'>;

/**
 * Watches Flightcontrol deployments, and publishes one notification for each of them: how it ended.
 *
 * After the first deployment of the stack, store the Flightcontrol API key with the command `set-key`.
 *
 * @example
 * import { App, Duration, Stack } from 'aws-cdk-lib';
 * import { DeploymentMonitor } from 'flightwatch';
 *
 * const stack = new Stack(new App(), 'Deployments');
 * new DeploymentMonitor(stack, 'Flightwatch', {
 *   notifyEmails: ['you@example.com'],
 *   timeout: Duration.minutes(45),
 * });
 */
export class DeploymentMonitor extends MonitorBase implements IDeploymentMonitor, IConnectable {
  /**
   * The state machine of the watches. Each execution watches one deployment.
   *
   * Its own metrics are about all environments together: `metricStarted()` counts watches, `metricSucceeded()` those that
   * ended as `SUCCEEDED`, and `metricFailed()` those that ended with any other outcome.
   */
  readonly stateMachine: StateMachine;
  /** Where the notifications are published: the prop `topic`, or a new topic. */
  readonly topic: ITopic;
  /** Holds the Flightcontrol API key: the prop `secret`, or a new secret with a placeholder, which `set-key` replaces. */
  readonly apiKeySecret: ISecret;
  /** Events that could not be delivered or processed, and notifications that could not be delivered. Kept for 14 days. */
  readonly deadLetterQueue: Queue;
  /** The alarms for what notifications cannot report. Empty if `alarms` is `false`. */
  readonly alarms: readonly Alarm[];
  /** Where the alarms are published: the prop `alarmTopic`, or a new topic. Absent if `alarms` is `false`. */
  readonly alarmTopic?: ITopic;
  /** The verdicts about each environment. Absent if `history` is `false`. */
  readonly historyTable?: ITable;
  /** The address that GitHub delivers its events to. Absent without `githubWebhook`. */
  readonly githubWebhookUrl?: string;
  /** Signs the deliveries of GitHub. Absent without `githubWebhook`. */
  readonly githubWebhookSecret?: ISecret;
  /** @internal */
  protected readonly _watches: Watches;
  private readonly pollFunction: PollFunction;
  private readonly eventBus: IEventBus | undefined;

  /**
   * A monitor that another stack or app has made, by the stack's output `StateMachineArn`. It may be in another Region or
   * account.
   *
   * @param scope where it belongs in this app
   * @param id unique within the scope
   * @param stateMachineArn such as `arn:aws:states:eu-west-1:123456789012:stateMachine:flightwatch`
   * @returns the monitor, with what needs only its state machine
   * @throws Error if the ARN is not that of a state machine
   */
  static fromStateMachineArn(scope: Construct, id: string, stateMachineArn: string): IDeploymentMonitor {
    return new ImportedMonitor(scope, id, stateMachineArn);
  }

  /**
   * Adds the resources to a stack.
   *
   * @param scope the stack, or a construct in it
   * @param id unique within the scope. Changing it replaces all resources
   * @param props none is required
   * @throws Error that lists every prop that is not allowed, with what was given and what is expected
   */
  constructor(scope: Construct, id: string, props: DeploymentMonitorProps = {}) {
    super(scope, id);
    const checked = checkProps(this, props);
    const options = readOptions(checked);
    warnAbout(this, checked, options);
    const { eventBus, slack } = checked;
    const { encryptionKey, retention, gitHub, eventSource } = options;

    this.deadLetterQueue = this.createDeadLetterQueue(retention);
    this.apiKeySecret = checked.secret ?? this.createSecret(encryptionKey, retention);
    const { deadLetterQueue, apiKeySecret } = this;
    const { topic } = new Notifications(this, 'Notifications', { ...checked, ...options, deadLetterQueue });
    const history = options.history ? new History(this, 'History', { encryptionKey, retention }) : undefined;
    // Rules without a bus are on the default one; a state machine has to name it.
    const eventTarget = eventBus ?? EventBus.fromEventBusName(this, 'DefaultEventBus', DEFAULT_EVENT_BUS);
    const watch = new Watch(this, 'Watch', {
      ...options,
      apiKeySecret,
      topic,
      eventBus: eventTarget,
      history,
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
    if (slack) new SlackChannel(this, 'Slack', { ...slack, topics: alarmTopic ? [topic, alarmTopic] : [topic] });
    acknowledgeFindings(this, { stateMachines: [stateMachine, reports], invokedFunctions: [pollFunction] });

    this.stateMachine = stateMachine;
    this._watches = { service: stateMachine.stateMachineName, executionArns: executionArnOf(stateMachine, '*') };
    this.eventBus = eventBus;
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
   * The security group of the poll function in the VPC, for example to let it through to an endpoint.
   *
   * @throws Error without the prop `vpc`
   */
  get connections(): Connections {
    if (!this.pollFunction.isBoundToVpc) {
      throw new Error(`${this.node.path}.connections: got no prop vpc, expected the VPC of the poll function`);
    }
    return this.pollFunction.connections;
  }

  /**
   * Allows reading and replacing the API key: what the command `set-key` needs if it is given the ARN of the state
   * machine.
   *
   * The actions are `states:DescribeStateMachine`, `lambda:GetFunctionConfiguration` on the poll function, and
   * `secretsmanager:GetSecretValue` and `secretsmanager:PutSecretValue` on the secret. If the secret has a customer managed
   * key, they include `kms:Decrypt` and `kms:GenerateDataKey` through Secrets Manager. For an imported secret, the key
   * must be known: import it with `Secret.fromSecretAttributes(...)` and its `encryptionKey`. The policy of an imported key
   * or secret of another account must allow the same.
   *
   * @param grantee a role or a user
   * @returns the grant, for example to make a resource depend on it
   */
  grantSetKey(grantee: IGrantable): Grant {
    const allow = (actions: string[], resourceArns: string[]) =>
      Grant.addToPrincipal({ grantee, actions, resourceArns });
    const grant = allow(['states:DescribeStateMachine'], [this.stateMachine.stateMachineArn])
      .combine(allow(['lambda:GetFunctionConfiguration'], this.pollFunction.resourceArnsForGrantInvoke))
      .combine(grantReplaceSecret(this.apiKeySecret, grantee));
    warnAboutGrant(this, 'grantSetKey', grantee, grant);
    return grant;
  }

  /**
   * Adds a rule for the event `Deployment Finished`, which is put on the event bus each time a watch ends. Its `detail` is
   * the notification's record. Events of test notifications and of other monitors don't match.
   *
   * An event may be delivered more than once: its `executionArn` tells repeats apart.
   *
   * @param id unique within the monitor, or within `crossStackScope`
   * @param options the target, and what else the event must match: `eventPattern: { detail: { outcome: ['FAILED'] } }`
   * @returns the rule
   * @throws Error if an option does not exist, or if the pattern has conditions on what the rule matches already: `source`,
   * `detailType`, and in the detail `executionArn` and `test`. EventBridge would match the events of either condition
   */
  onDeploymentFinished(id: string, options: OnEventOptions = {}): Rule {
    const ownPattern = finishedEventsOf(this.stateMachine, { test: Match.doesNotExist() });
    checkRuleOptions(`${this.node.path}.onDeploymentFinished`, options, ownPattern);
    const { crossStackScope = this, target, eventPattern, ...props } = options;
    const { eventBus } = this;
    const rule = new Rule(crossStackScope, id, { ...props, ...(eventBus && { eventBus }) });
    rule.addEventPattern(ownPattern);
    rule.addEventPattern(eventPattern);
    rule.addTarget(target);
    return rule;
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
