import { Annotations, ArnFormat, Duration, RemovalPolicy, SecretValue, Stack, Token } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  DEFAULT_TIMEOUT_MINUTES,
  MAX_TIMEOUT_MINUTES,
  MIN_TIMEOUT_MINUTES,
  OUTCOMES,
  POLL_ENVIRONMENT,
  START_ENVIRONMENT,
} from '../contract/names';
import { type ApiGeneration, parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { PLACEHOLDER_API_KEY } from '../flightcontrol/api-key';
import { acknowledgeFindings } from './acknowledgements';
import { FlightwatchFunction } from './flightwatch-function';
import { LoggedStateMachine } from './logged-state-machine';
import { Measurements } from './measurements';
import { type PacingProps, readPacingProps } from './pacing-props';
import { SlackChannel } from './slack-channel';
import { WatchAlarms } from './watch-alarms';
import { WatchDashboard } from './watch-dashboard';
import { defineWatch } from './watch-states';
import { Watchdog } from './watchdog';

export interface DeploymentMonitorProps {
  /** Holds the Flightcontrol API key: bare, or as JSON under `apiKey`. @default - a new secret, to be filled */
  readonly secret?: ISecret;
  /** Told once how each watched deployment ended. @default - a new topic */
  readonly topic?: ITopic;
  /** Encrypts the topic and the secret that are made here. @default - keys owned by AWS */
  readonly encryptionKey?: IKey;
  /** Where `Deployment Triggered` events of the source `flightcontrol` start a watch. @default - the default bus */
  readonly eventBus?: IEventBus;
  /** Addresses that get every notification by e-mail. @default - none */
  readonly notifyEmails?: readonly string[];
  /** `problems`: e-mails for everything but SUCCEEDED. @default 'all' */
  readonly notifyOn?: 'all' | 'problems';
  /** Addresses that get the alarms by e-mail. @default - none */
  readonly alarmEmails?: readonly string[];
  /** A Slack channel that gets notifications and alarms. @default - none */
  readonly slack?: { readonly workspaceId: string; readonly channelId: string };
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
}

/** Two reads of the secret at 3 x 5 s, two calls of the API at 10 s, 10 s to start: beyond the linger. */
const LAST_LOOK = Duration.seconds(2 * 3 * 5 + 2 * 10 + 10);

/** Any input may ask for the longest time-out; the backstop leaves an hour for a last look and its retries. */
const BACKSTOP = Duration.minutes(MAX_TIMEOUT_MINUTES + 60);

/** Five attempts of 5 s, their waits, and the start of the function. */
const START_TIMEOUT = Duration.seconds(60);

/** How long an announcement is worth a try. */
const MAX_EVENT_AGE = Duration.hours(2);

/** Watches Flightcontrol deployments to their end and publishes, once for each, how it ended. */
export class DeploymentMonitor extends Construct {
  readonly stateMachine: StateMachine;
  readonly topic: ITopic;
  readonly apiKeySecret: ISecret;
  /** Events that could not be taken, reports and notifications that were given up. */
  readonly deadLetterQueue: Queue;
  /** What the notifications cannot tell of themselves. */
  readonly alarms: readonly Alarm[];
  /** Where the alarms go. */
  readonly alarmTopic: ITopic;

  constructor(scope: Construct, id: string, props: DeploymentMonitorProps = {}) {
    super(scope, id);
    checkProps(props);

    this.deadLetterQueue = this.createDeadLetterQueue();
    this.apiKeySecret = props.secret ?? this.createSecret(props);
    this.topic = props.topic ?? this.createTopic(props);
    const pollFunction = this.createPollFunction(props);
    const stateMachine = this.createStateMachine(props, pollFunction);
    this.stateMachine = stateMachine;
    this.startByEvent(props);
    this.subscribeEmails(props);

    const { topic, deadLetterQueue } = this;
    const watchdog = new Watchdog(this, 'Watchdog', { stateMachine, topic, deadLetterQueue });
    const reports = watchdog.stateMachine;
    new Measurements(this, 'Measurements', { watches: stateMachine, reports, deadLetterQueue });
    const { alarms, topic: alarmTopic } = new WatchAlarms(this, 'Alarms', {
      stateMachine,
      pollFunction,
      topic,
      deadLetterQueue,
      encryptionKey: props.encryptionKey,
      emails: props.alarmEmails ?? [],
    });
    this.alarms = alarms;
    this.alarmTopic = alarmTopic;
    new WatchDashboard(this, 'Overview', { stateMachine, pollLogGroup: pollFunction.logGroup, alarms });
    acknowledgeFindings(this, {
      executionsOf: [executionsOf(stateMachine), executionsOf(reports)],
      versionsOf: [`${pollFunction.functionArn}:*`],
    });
    if (props.slack) new SlackChannel(this, 'Slack', { ...props.slack, topics: [topic, alarmTopic] });
  }

  /** Allows to start a watch, and to follow it to its end; the same that the command line needs. */
  grantStart(grantee: IGrantable): Grant {
    return this.stateMachine
      .grantStartExecution(grantee)
      .combine(this.stateMachine.grantExecution(grantee, 'states:DescribeExecution', 'states:GetExecutionHistory'));
  }

  private createSecret({ encryptionKey }: DeploymentMonitorProps): ISecret {
    // CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`.
    return new Secret(this, 'ApiKey', {
      description: 'Flightcontrol API key, read by Flightwatch',
      // No secret is in the template: the key is set after the deployment, and later deployments leave it alone.
      secretStringValue: SecretValue.unsafePlainText(PLACEHOLDER_API_KEY),
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    }) as ISecret;
  }

  private createTopic({ encryptionKey }: DeploymentMonitorProps): Topic {
    return new Topic(this, 'Notifications', {
      displayName: 'Flightwatch',
      enforceSSL: true,
      ...(encryptionKey && { masterKey: encryptionKey }),
    });
  }

  private createPollFunction(props: DeploymentMonitorProps): FlightwatchFunction {
    const pacing = readPacingProps(props.pacing);
    const linger = Duration.seconds(pacing.lingerSeconds);
    const pollFunction = new FlightwatchFunction(this, 'PollDeployment', {
      description: 'Asks Flightcontrol how a deployment is doing',
      bundle: 'poll-deployment',
      timeout: linger.plus(LAST_LOOK),
      environment: {
        [POLL_ENVIRONMENT.apiKeySecretArn]: this.apiKeySecret.secretArn,
        [POLL_ENVIRONMENT.api]: props.api ?? 'legacy',
        [POLL_ENVIRONMENT.timeoutMinutes]: String(props.timeout?.toMinutes() ?? DEFAULT_TIMEOUT_MINUTES),
        [POLL_ENVIRONMENT.pacing]: JSON.stringify(pacing),
        ...(props.apiBaseUrl && { [POLL_ENVIRONMENT.apiBaseUrl]: props.apiBaseUrl }),
      },
    });
    this.apiKeySecret.grantRead(pollFunction);
    return pollFunction;
  }

  private createStateMachine(props: DeploymentMonitorProps, pollFunction: IFunction): LoggedStateMachine {
    const pollTimeout = Duration.seconds(readPacingProps(props.pacing).lingerSeconds)
      .plus(LAST_LOOK)
      .plus(Duration.seconds(30));
    const stateMachine = new LoggedStateMachine(this, 'Watch', {
      ...(props.stateMachineName && { stateMachineName: props.stateMachineName }),
      comment: 'Watches one Flightcontrol deployment to its end and says, once, how it ended',
      definitionBody: defineWatch(this, { pollFunction, topic: this.topic, pollTimeout }),
      timeout: BACKSTOP,
    });
    // Grants the topic's key too, where it has one of the customer's.
    this.topic.grantPublish(stateMachine);
    return stateMachine;
  }

  private createDeadLetterQueue(): Queue {
    return new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // No keys in it; a key of the customer's would have to let EventBridge and SNS in.
      encryption: QueueEncryption.SQS_MANAGED,
    });
  }

  private startByEvent({ eventBus }: DeploymentMonitorProps): void {
    const startFunction = this.createStartFunction();
    new Rule(this, 'DeploymentTriggered', {
      description: 'Starts a watch for each Flightcontrol deployment that is announced',
      eventBus: eventBus ?? EventBus.fromEventBusName(this, 'DefaultBus', 'default'),
      eventPattern: { source: ['flightcontrol'], detailType: ['Deployment Triggered'] },
      targets: [
        new LambdaFunction(startFunction, {
          deadLetterQueue: this.deadLetterQueue,
          maxEventAge: MAX_EVENT_AGE,
          retryAttempts: 20,
        }),
      ],
    });
  }

  /** A rule cannot name an execution, and the name is what keeps a deployment's watch single. */
  private createStartFunction(): IFunction {
    const startFunction = new FlightwatchFunction(this, 'StartWatch', {
      description: 'Starts the watch of a deployment that was announced by an event',
      bundle: 'start-watch',
      timeout: START_TIMEOUT,
      environment: { [START_ENVIRONMENT.stateMachineArn]: this.stateMachine.stateMachineArn },
    });
    startFunction.configureAsyncInvoke({
      onFailure: new SqsDestination(this.deadLetterQueue),
      maxEventAge: MAX_EVENT_AGE,
      retryAttempts: 2,
    });
    this.stateMachine.grantStartExecution(startFunction);
    this.stateMachine.grantExecution(startFunction, 'states:DescribeExecution');
    return startFunction;
  }

  private subscribeEmails({ notifyEmails = [], notifyOn }: DeploymentMonitorProps): void {
    const { deadLetterQueue } = this;
    const problems = OUTCOMES.filter((outcome) => outcome !== 'SUCCEEDED');
    const filterPolicy = { outcome: SubscriptionFilter.stringFilter({ allowlist: problems }) };
    for (const address of notifyEmails) {
      const subscription = { deadLetterQueue, ...(notifyOn === 'problems' && { filterPolicy }) };
      this.topic.addSubscription(new EmailSubscription(address, subscription));
    }
    if (notifyEmails.length === 0) return;
    Annotations.of(this).addInfo(
      `Each of ${notifyEmails.length} e-mail addresses must confirm its subscription within 48 hours.`,
    );
  }
}

/** As `grantExecution` names them. */
function executionsOf(stateMachine: StateMachine): string {
  const { resourceName = '' } = Stack.of(stateMachine).splitArn(
    stateMachine.stateMachineArn,
    ArnFormat.COLON_RESOURCE_NAME,
  );
  return Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName: `${resourceName}:*`,
  });
}

function checkProps(props: DeploymentMonitorProps): void {
  checkTimeout(props.timeout);
  readPacingProps(props.pacing);
  if (props.apiBaseUrl !== undefined && !Token.isUnresolved(props.apiBaseUrl)) parseApiBaseUrl(props.apiBaseUrl);
}

function checkTimeout(timeout: Duration | undefined): void {
  if (timeout === undefined || timeout.isUnresolved()) return;
  const minutes = timeout.toMinutes({ integral: false });
  if (Number.isInteger(minutes) && minutes >= MIN_TIMEOUT_MINUTES && minutes <= MAX_TIMEOUT_MINUTES) return;
  throw new Error(
    `timeout must be whole minutes, ${MIN_TIMEOUT_MINUTES} to ${MAX_TIMEOUT_MINUTES}, got ${timeout.toHumanString()}`,
  );
}
