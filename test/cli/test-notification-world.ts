import type { Notification } from '../../lib/notification/notification';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { list, xml } from '../support/cloudformation';
import { type CommandOptions, type CommandResult, flightwatch } from '../support/command';
import { type QueryAnswer, type QueryServer, startQueryServer } from '../support/query-server';
import { type Execution, STATE_MACHINE_ARN, stateMachineArn, TOPIC_ARN } from '../support/step-functions';

export const REPORTS = stateMachineArn('Flightwatch-Report-AbCdEf');

const STATE_MACHINE = 'AWS::StepFunctions::StateMachine';

export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  /** Without one, nobody has confirmed it. */
  readonly arn?: string;
  readonly filterPolicy?: string;
}

/** The real command, with a stack, its two state machines, and a topic. */
export class TestNotificationWorld {
  subscriptions: readonly Subscription[] = [];
  /** In place of what SNS answers. */
  denied: QueryAnswer | undefined;
  /** What becomes of an execution that is to publish. */
  end: Pick<Execution, 'status' | 'error'> = { status: 'SUCCEEDED' };
  /** What its history holds. */
  events: object[] = [];
  /** What the report state machine was given, by the name of the execution. */
  readonly sent = new Map<string, Notification>();

  private constructor(
    readonly aws: AwsServer,
    readonly sns: QueryServer,
  ) {}

  static async start(): Promise<TestNotificationWorld> {
    const sns = await startQueryServer((call, parameters) => world.denied ?? world.answer(call, parameters));
    const world = new TestNotificationWorld(await AwsServer.start(), sns);
    world.deploy({
      [STATE_MACHINE_ARN]: 'MonitorWatchStateMachine0A1B2C3D',
      [REPORTS]: 'MonitorWatchdogReport4E5F6A7B',
    });
    world.aws.stepFunctions.stateMachines = [STATE_MACHINE_ARN, REPORTS];
    world.aws.stepFunctions.onStart = (name, execution) => world.publish(name, execution);
    return world;
  }

  /** @param stateMachines logical ids by ARN */
  deploy(stateMachines: Readonly<Record<string, string>>): void {
    const details = Object.entries(stateMachines).map(([arn, id]) => [arn, { id, type: STATE_MACHINE }]);
    this.aws.cloudFormation.stacks.Flightwatch = {
      resources: Object.keys(stateMachines),
      outputs: {},
      details: Object.fromEntries(details),
    };
  }

  run(args: readonly string[] = [], options: CommandOptions = {}): Promise<CommandResult> {
    const env = {
      ...awsEnvironment(this.aws),
      AWS_ENDPOINT_URL_SNS: this.sns.url,
      FLIGHTWATCH_STATE_MACHINE_ARN: STATE_MACHINE_ARN,
      ...options.env,
    };
    return flightwatch(['test-notification', ...args], { ...options, env });
  }

  async close(): Promise<void> {
    await Promise.all([this.aws.close(), this.sns.close()]);
  }

  private publish(name: string, execution: Execution): void {
    this.sent.set(name, JSON.parse(execution.input).look.notification);
    Object.assign(execution, this.end, { events: this.events });
  }

  private answer(call: string, parameters: URLSearchParams): QueryAnswer {
    if (call === 'ListSubscriptionsByTopic' && parameters.get('TopicArn') === TOPIC_ARN) {
      return list('Subscriptions', this.subscriptions.map(describeSubscription));
    }
    const arn = parameters.get('SubscriptionArn');
    const found = this.subscriptions.find((subscription) => subscription.arn === arn);
    if (call !== 'GetSubscriptionAttributes' || found === undefined) return { status: 404, code: 'NotFound' };
    const { protocol, endpoint, filterPolicy } = found;
    const attributes = {
      PendingConfirmation: 'false',
      Protocol: protocol,
      Endpoint: endpoint,
      ...(filterPolicy !== undefined && { FilterPolicy: filterPolicy }),
    };
    const entries = Object.entries(attributes).map(([key, value]) => `<entry>${xml({ key, value })}</entry>`);
    return `<Attributes>${entries.join('')}</Attributes>`;
  }
}

function describeSubscription({ protocol, endpoint, arn = 'PendingConfirmation' }: Subscription): string {
  return xml({ SubscriptionArn: arn, Protocol: protocol, Endpoint: endpoint, TopicArn: TOPIC_ARN });
}
