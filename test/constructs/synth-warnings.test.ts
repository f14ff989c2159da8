import { Annotations as Acknowledgements, App, Fn, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';
import { FlightwatchStack } from '../../lib/constructs/flightwatch-stack';
import { readSettings } from '../../lib/constructs/settings';
import { WARNINGS } from '../../lib/constructs/warn';
import { codeIn, readText, tableIn } from '../support/markdown';

const HEARD = { alarmEmails: ['ops@example.com'] };
const NO_ALARMS = { alarms: false, alarmEmails: [] };
const HERE = { account: '123456789012', region: 'eu-west-1' };
const ELSEWHERE = { region: 'arn:aws:sns:us-east-1:123456789012:t', account: 'arn:aws:sns:eu-west-1:210987654321:t' };
const KEY_ARN = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function warningsOf(stack: Stack): string[] {
  const found = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  return found.map(({ entry }) => String(entry.data));
}

/** The ids of the warnings about a monitor with these props, whose alarms are heard unless they say otherwise. */
function idsOf(props: (stack: Stack) => DeploymentMonitorProps = () => ({}), env?: typeof HERE): string[] {
  const stack = new Stack(new App(), 'Test', env && { env });
  new DeploymentMonitor(stack, 'Monitor', { ...HEARD, ...props(stack) });
  return warningsOf(stack).map(idIn);
}

function idIn(warning: string): string {
  return /\[ack: (.+)\]$/.exec(warning)?.[1] ?? warning;
}

beforeEach(() => {
  delete process.env.CDK_DEFAULT_REGION;
  delete process.env.CDK_DEFAULT_ACCOUNT;
});

test('docs/settings.md lists every warning', () => {
  const rows = tableIn(readText('docs/settings.md'), 'warning', 'why');

  expect(rows.flatMap(([ids = '']) => codeIn(ids))).toEqual(WARNINGS.map((id) => `flightwatch:${id}`));
});

test('nothing is warned of where everything can work', () => {
  const everything = (stack: Stack): DeploymentMonitorProps => ({
    encryptionKey: new Key(stack, 'Key'),
    topic: Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:123456789012:notifications'),
    secret: Secret.fromSecretNameV2(stack, 'Secret', 'flightcontrol'),
    githubWebhook: true,
    environments: ['production'],
  });

  expect(idsOf()).toEqual([]);
  expect(idsOf(everything, HERE)).toEqual([]);
});

describe('nobody hears the alarms', () => {
  const nothing = () => {};
  const unheard = (
    more: DeploymentMonitorProps = {},
    then: (monitor: DeploymentMonitor, stack: Stack) => void = nothing,
  ) => {
    const stack = new Stack(new App(), 'Test');
    then(new DeploymentMonitor(stack, 'Monitor', more), stack);
    return warningsOf(stack);
  };

  test('is warned of, with what to do', () => {
    expect(unheard()).toEqual([
      'Nobody receives the alarms. Set alarmEmails or a Slack channel, subscribe to the alarm topic, give a topic of ' +
        'your own, or set alarms to false. [ack: flightwatch:alarmsUnheard]',
    ]);
  });

  const topicOf = ({ alarmTopic }: DeploymentMonitor): ITopic => alarmTopic as ITopic;

  test.each<[string, DeploymentMonitorProps, (monitor: DeploymentMonitor, stack: Stack) => void]>([
    ['there is an address', HEARD, nothing],
    ['there is a Slack channel', { slack: { workspaceId: 'T01', channelId: 'C01' } }, nothing],
    ['there are no alarms', { alarms: false }, nothing],
    [
      'somebody subscribes',
      {},
      (monitor) => topicOf(monitor).addSubscription(new UrlSubscription('https://example.com')),
    ],
    [
      'a channel of the app is subscribed',
      {},
      (monitor, stack) =>
        new SlackChannelConfiguration(stack, 'Channel', {
          slackChannelConfigurationName: 'ops',
          slackWorkspaceId: 'T01',
          slackChannelId: 'C01',
          notificationTopics: [topicOf(monitor)],
        }),
    ],
    [
      'it is acknowledged',
      {},
      (monitor) => Acknowledgements.of(monitor).acknowledgeWarning('flightwatch:alarmsUnheard'),
    ],
  ])('is not warned of if %s', (_, props, then) => {
    expect(unheard(props, then)).toEqual([]);
  });

  test('is not warned of if the topic is not made here', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms';
    const app = new App({ context: { flightwatch: { alarmTopicArn } } });

    expect(warningsOf(new FlightwatchStack(app, 'Flightwatch', readSettings(app.node)))).toEqual([]);
  });
});

describe('a key that CloudWatch may be unable to use', () => {
  const imported = (stack: Stack) => Key.fromKeyArn(stack, 'Key', KEY_ARN);

  test('is warned of, because the policy of an imported key cannot be changed', () => {
    expect(idsOf((stack) => ({ encryptionKey: imported(stack) }))).toEqual(['flightwatch:alarmKey']);
  });

  test.each<[string, (stack: Stack) => DeploymentMonitorProps]>([
    ['it is made in the app', (stack) => ({ encryptionKey: new Key(stack, 'Key') })],
    ['there are no alarms', (stack) => ({ encryptionKey: imported(stack), alarms: false, alarmEmails: [] })],
    ['alarms go to another topic', (stack) => ({ encryptionKey: imported(stack), alarmTopic: new Topic(stack, 'T') })],
  ])('is not warned of if %s', (_, props) => {
    expect(idsOf(props)).toEqual([]);
  });
});

describe('a resource of another place', () => {
  const secretArn = ({ region, account }: typeof HERE) =>
    `arn:aws:secretsmanager:${region}:${account}:secret:key-AbC123`;

  test.each<[string, (stack: Stack) => DeploymentMonitorProps]>([
    ['topicRegion', (stack) => ({ topic: Topic.fromTopicArn(stack, 'T', ELSEWHERE.region) })],
    ['topicAccount', (stack) => ({ topic: Topic.fromTopicArn(stack, 'T', ELSEWHERE.account) })],
    ['alarmTopicRegion', (stack) => ({ alarmTopic: Topic.fromTopicArn(stack, 'T', ELSEWHERE.region) })],
    ['alarmTopicAccount', (stack) => ({ alarmTopic: Topic.fromTopicArn(stack, 'T', ELSEWHERE.account) })],
    ['secretRegion', (stack) => ({ secret: secretOf(stack, { ...HERE, region: 'us-east-1' }) })],
    ['secretAccount', (stack) => ({ secret: secretOf(stack, { ...HERE, account: '210987654321' }) })],
    ['encryptionKeyRegion', (stack) => ({ encryptionKey: keyOf(stack, ':us-east-1:123456789012:'), ...NO_ALARMS })],
    ['encryptionKeyAccount', (stack) => ({ encryptionKey: keyOf(stack, ':eu-west-1:210987654321:'), ...NO_ALARMS })],
  ])('%s', (id, props) => {
    expect(idsOf(props, HERE)).toEqual([`flightwatch:${id}`]);
  });

  test('vpcRegion', () => {
    const ids = idsOf((stack) => ({ vpc: vpcOf(stack, 'us-east-1') }), HERE);

    expect(ids).toContain('flightwatch:vpcRegion');
    expect(idsOf((stack) => ({ vpc: vpcOf(stack, HERE.region) }), HERE)).not.toContain('flightwatch:vpcRegion');
  });

  function keyOf(stack: Stack, place: string) {
    return Key.fromKeyArn(stack, 'K', KEY_ARN.replace(':eu-west-1:123456789012:', place));
  }

  function vpcOf(stack: Stack, region: string) {
    const privateSubnetIds = ['subnet-1'];
    return Vpc.fromVpcAttributes(stack, 'V', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds, region });
  }

  function secretOf(stack: Stack, place: typeof HERE) {
    return Secret.fromSecretCompleteArn(stack, 'S', secretArn(place));
  }

  test('says both places and what would happen', () => {
    const stack = new Stack(new App(), 'Test', { env: HERE });
    new DeploymentMonitor(stack, 'Monitor', { ...HEARD, topic: Topic.fromTopicArn(stack, 'T', ELSEWHERE.region) });

    expect(warningsOf(stack)).toEqual([
      expect.stringContaining(
        'topic is in the Region us-east-1, and the stack in eu-west-1: Step Functions cannot publish there, so nobody ' +
          'would be notified.',
      ),
    ]);
  });

  test('is found by the settings, too, from where the CDK says that it deploys to', () => {
    const warned = () => {
      const flightwatch = { apiKeySecretArn: secretArn(HERE), ...HEARD };
      const app = new App({ context: { flightwatch } });
      return warningsOf(new FlightwatchStack(app, 'Flightwatch', readSettings(app.node))).map(idIn);
    };

    expect(warned()).toEqual([]);
    process.env.CDK_DEFAULT_REGION = 'us-east-1';
    process.env.CDK_DEFAULT_ACCOUNT = HERE.account;
    expect(warned()).toEqual(['flightwatch:secretRegion']);
  });
});

describe('an event bus of another place', () => {
  const busOf = (stack: Stack, place: string) =>
    EventBus.fromEventBusArn(stack, 'Bus', `arn:aws:events:${place}:event-bus/default`);

  test.each([
    ['us-east-1:123456789012', 'got a bus of the Region us-east-1, expected one of eu-west-1, where the stack is'],
    [
      'eu-west-1:210987654321',
      'got a bus of the account 210987654321, expected one of 123456789012, where the stack is',
    ],
  ])('%s is refused: its rules would be on the bus of the same name beside the stack', (place, text) => {
    expect(() => idsOf((stack) => ({ eventBus: busOf(stack, place) }), HERE)).toThrow(
      `Test/Monitor.eventBus: ${text}.`,
    );
  });

  test('is warned of where the place of the stack is only what the CDK deploys to', () => {
    const ids = () => idsOf((stack) => ({ eventBus: busOf(stack, 'us-east-1:210987654321') }));

    expect(ids()).toEqual([]);
    process.env.CDK_DEFAULT_REGION = HERE.region;
    process.env.CDK_DEFAULT_ACCOUNT = HERE.account;
    expect(ids()).toEqual(['flightwatch:eventBusRegion', 'flightwatch:eventBusAccount']);
  });

  test('is neither for the bus of the same place', () => {
    expect(idsOf((stack) => ({ eventBus: busOf(stack, 'eu-west-1:123456789012') }), HERE)).toEqual([]);
  });
});

describe('props without an effect', () => {
  test.each<DeploymentMonitorProps>([{ environments: ['production'] }, { previewEnvironments: false }])(
    '%j without an announcement by GitHub',
    (props) => {
      expect(idsOf(() => props)).toEqual(['flightwatch:environmentsUnused']);
      expect(idsOf(() => ({ ...props, githubEvents: true }))).toEqual([]);
    },
  );

  test('recipients of alarms that there are not', () => {
    expect(idsOf(() => ({ alarms: false }))).toEqual(['flightwatch:alarmRecipientsUnused']);
  });
});

describe('two monitors that hear the same announcements', () => {
  const second = (
    props: (stack: Stack) => DeploymentMonitorProps,
    place: (app: App, first: Stack) => Stack = (_, first) => first,
  ) => {
    const app = new App();
    const first = new Stack(app, 'First', { env: HERE });
    new DeploymentMonitor(first, 'One', HEARD);
    const stack = place(app, first);
    new DeploymentMonitor(stack, 'Two', { ...HEARD, ...props(stack) });
    return warningsOf(stack);
  };

  test('in one stack, or in two stacks of one place, are warned of', () => {
    expect(second(() => ({}))).toEqual([expect.stringContaining('First/One has the same event bus and eventSource')]);
    expect(
      second(
        () => ({}),
        (app) => new Stack(app, 'Second', { env: HERE }),
      ),
    ).toHaveLength(1);
    expect(second((stack) => ({ eventBus: EventBus.fromEventBusName(stack, 'Bus', 'default') }))).toHaveLength(1);
  });

  test('on a bus that is imported twice, by a name that is known at deployment only, are warned of', () => {
    const stack = new Stack(new App(), 'Stack', { env: HERE });
    for (const id of ['One', 'Two']) {
      const eventBus = EventBus.fromEventBusName(stack, `Bus${id}`, Fn.importValue('bus'));
      new DeploymentMonitor(stack, id, { ...HEARD, eventBus });
    }

    expect(warningsOf(stack)).toEqual([expect.stringContaining('Stack/One has the same event bus and eventSource')]);
  });

  test('hear the same events of GitHub whatever their sources, unless their filters differ', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const common = { ...HEARD, githubEvents: true };
    new DeploymentMonitor(stack, 'One', common);
    new DeploymentMonitor(stack, 'Two', { ...common, eventSource: 'two', environments: ['acme-*'] });
    const before = warningsOf(stack);
    new DeploymentMonitor(stack, 'Three', { ...common, eventSource: 'three' });

    expect(before).toEqual([]);
    expect(warningsOf(stack)).toEqual([expect.stringContaining('Stack/One has the same event bus and takes')]);
  });

  test.each<[string, (stack: Stack) => DeploymentMonitorProps, (app: App, first: Stack) => Stack]>([
    ['another source', () => ({ eventSource: 'com.example' }), (_, first) => first],
    ['another bus', (stack) => ({ eventBus: new EventBus(stack, 'Bus') as IEventBus }), (_, first) => first],
    ['another account', () => ({}), (app) => new Stack(app, 'S', { env: { ...HERE, account: '210987654321' } })],
    ['another stage', () => ({}), (app) => new Stack(new Stage(app, 'Prod', { env: HERE }), 'S')],
  ])('are not warned of with %s', (_, props, place) => {
    expect(second(props, place)).toEqual([]);
  });
});
