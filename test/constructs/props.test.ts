import { App, CfnParameter, Duration, Lazy, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Subnet, SubnetFilter, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';

function vpc(): Vpc {
  return new Vpc(new Stack(new App(), 'Network'), 'Vpc');
}

/** A subnet of an imported VPC, by its id only. */
function importedSubnet(subnetId: string): object {
  const stack = new Stack(new App(), 'Network');
  const [availabilityZones, privateSubnetIds, publicSubnetIds] = [['a'], ['subnet-private'], ['subnet-public']];
  return {
    vpc: Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'v', availabilityZones, privateSubnetIds, publicSubnetIds }),
    vpcSubnets: { subnets: [Subnet.fromSubnetId(stack, 'Subnet', subnetId)] },
  };
}

function publicVpc(): Vpc {
  const subnetConfiguration = [{ name: 'Public', subnetType: SubnetType.PUBLIC }];
  return new Vpc(new Stack(new App(), 'Network'), 'Vpc', { natGateways: 0, subnetConfiguration });
}

/** As JavaScript passes them: anything. */
function construct(props: unknown): Stack {
  const stack = new Stack(new App(), 'Test');
  new DeploymentMonitor(stack, 'Monitor', props as DeploymentMonitorProps);
  return stack;
}

function refusal(props: unknown): string {
  try {
    construct(props);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The props were accepted.');
}

/** The one line under the headline. */
function onlyMistake(props: unknown): string {
  const [headline, line, ...others] = refusal(props).split('\n');
  expect(headline).toBe('1 prop cannot be used:');
  expect(others).toEqual([]);
  return line ?? '';
}

const MINUTES = 'a Duration of 1 to 1440 whole minutes, such as Duration.minutes(45)';
const LINGER = 'a Duration of 0 to 240 whole seconds, such as Duration.seconds(30)';
const BUILDING = 'a Duration of 1 to 3600 whole seconds, such as Duration.seconds(30)';
const PATTERNS = 'a list of 1 to 50 patterns';
const POLICIES = 'RemovalPolicy.DESTROY, RemovalPolicy.RETAIN or RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE';
const SOURCE = '1 to 256 of A-Z a-z 0-9 . _ / -, not beginning with aws.';

describe('a prop that cannot be used is named, with what was given and what is allowed', () => {
  test.each<[string, unknown, string]>([
    ['timeout', 45, `got 45, expected ${MINUTES}`],
    ['timeout', Number.NaN, `got NaN, expected ${MINUTES}`],
    ['timeout', '45 minutes', `got "45 minutes", expected ${MINUTES}`],
    ['timeout', Duration.seconds(30), `got 30 seconds, expected ${MINUTES}`],
    ['timeout', Duration.seconds(90), `got 1 minute 30 seconds, expected ${MINUTES}`],
    ['timeout', Duration.hours(25), `got 1 day 1 hour, expected ${MINUTES}`],
    ['api', 'v2', 'got "v2", expected legacy or v1'],
    ['apiBaseUrl', 'http://example.com', 'got "http://example.com", expected an https address such as'],
    ['apiBaseUrl', ['https://example.com'], 'got a list, expected an https address'],
    ['notifyOn', 'some', 'got "some", expected all or problems or changes'],
    ['notifyEmails', 'a@example.com', 'got "a@example.com", expected a list of e-mail addresses'],
    ['notifyEmails', ['nobody'], 'got "nobody", expected e-mail addresses'],
    ['alarmEmails', ['a@example.com', 'A@Example.com'], 'got "A@Example.com", expected each address only once'],
    ['environments', [], `got [], expected ${PATTERNS}`],
    ['environments', 'production', `got "production", expected ${PATTERNS}`],
    ['environments', Array(51).fill('a'), `got 51 patterns, expected ${PATTERNS}`],
    ['environments', ['a b'], 'got "a b", expected patterns of 1 to 64 of A-Z a-z 0-9 _ . - *'],
    ['history', 'no', 'got "no", expected true or false'],
    ['alarms', 'false', 'got "false", expected true or false'],
    ['dashboard', 1, 'got 1, expected true or false'],
    ['githubWebhook', 'true', 'got "true", expected true or false'],
    ['githubEvents', null, 'got null, expected true or false'],
    ['previewEnvironments', () => true, 'got function, expected true or false'],
    ['eventSource', 'aws.states', `got "aws.states", expected ${SOURCE}`],
    ['eventSource', '', `got "", expected ${SOURCE}`],
    ['stateMachineName', 'flight watch', 'got "flight watch", expected 1 to 80 of A-Z a-z 0-9 _ -'],
    ['removalPolicy', RemovalPolicy.SNAPSHOT, `got "snapshot", expected ${POLICIES}`],
    ['logRetention', 42, 'got 42, expected one of RetentionDays, such as ONE_MONTH'],
    ['topic', 'arn:aws:sns:...', 'got text, expected an ITopic, such as Topic.fromTopicArn(...)'],
    ['alarmTopic', null, 'got null, expected an ITopic, such as Topic.fromTopicArn(...)'],
    ['encryptionKey', {}, 'got an object, expected an IKey, such as Key.fromKeyArn(...)'],
    ['eventBus', ['default'], 'got a list, expected an IEventBus, such as EventBus.fromEventBusName(...)'],
    ['vpc', 'vpc-1', 'got text, expected an IVpc, such as Vpc.fromLookup(...)'],
    ['pacing', 15, 'got 15, expected an object with pending, preparing, building, deploying, linger'],
    ['slack', 'C0123ABCD', 'got "C0123ABCD", expected an object with workspaceId, channelId'],
  ])('%s: %p', (name, value, text) => {
    const line = onlyMistake({ [name]: value });

    expect(line).toContain(`Test/Monitor.${name}: ${text}`);
    expect(line).toMatch(/\.$/);
  });

  test.each([
    ['pacing.linger', { pacing: { linger: Duration.seconds(241) } }, `got 4 minutes 1 second, expected ${LINGER}`],
    ['pacing.linger', { pacing: { linger: 30 } }, `got 30, expected ${LINGER}`],
    [
      'pacing.building',
      { pacing: { building: Duration.millis(1500) } },
      `got 1 second 500 millis, expected ${BUILDING}`,
    ],
    [
      'slack.channelId',
      { slack: { workspaceId: 'T01', channelId: '#a' } },
      'got "#a", expected a Slack channel id such as',
    ],
    ['vpc', { vpcSubnets: {} }, 'got nothing, expected the VPC of vpcSubnets'],
    [
      'vpcSubnets.subnetType',
      { vpc: vpc(), vpcSubnets: { subnetType: 'Public' } },
      'got "Public", expected a SubnetType of private or isolated subnets',
    ],
    [
      'vpcSubnets.subnets',
      { vpc: vpc(), vpcSubnets: { subnets: ['subnet-1'] } },
      'got a list, expected a list of ISubnet, such as Subnet.fromSubnetId(...)',
    ],
    [
      'vpcSubnets.subnetFilters',
      { vpc: vpc(), vpcSubnets: { subnetFilters: {} } },
      'got an object, expected a list of SubnetFilter',
    ],
    [
      'vpcSubnets.availabilityZones',
      { vpc: vpc(), vpcSubnets: { availabilityZones: 'eu-west-1a' } },
      'got text, expected a list of names of availability zones',
    ],
    [
      'vpcSubnets.subnetGroupName',
      { vpc: vpc(), vpcSubnets: { subnetGroupName: 1 } },
      'got 1, expected the name of a group of subnets',
    ],
    [
      'vpcSubnets',
      { vpc: vpc(), vpcSubnets: { subnetGroupName: 'Public' } },
      'got public subnets, expected private or isolated ones: in a public subnet, a function has no public address',
    ],
    [
      'vpc',
      { vpc: publicVpc() },
      'got a VPC that has only public subnets, expected private or isolated ones: in a public subnet, a function has',
    ],
    ...[{ subnets: [] }, { availabilityZones: ['xx-1'] }, { subnetFilters: [SubnetFilter.byIds(['subnet-0'])] }].map(
      (vpcSubnets): [string, object, string] => [
        'vpcSubnets',
        { vpc: vpc(), vpcSubnets },
        'got a selection that no subnet of the VPC matches, expected private or isolated subnets',
      ],
    ),
    ['vpcSubnets', importedSubnet('subnet-public'), 'got public subnets, expected private or isolated ones'],
    ['topic', { topic: { topicArn: 'arn' } }, 'got an object, expected an ITopic'],
    ['secret', { secret: { secretArn: 'CANARY' } }, 'got an object, expected an ISecret'],
    ['encryptionKey', { encryptionKey: { keyArn: 'arn' } }, 'got an object, expected an IKey'],
    ['eventBus', { eventBus: { eventBusArn: 'arn' } }, 'got an object, expected an IEventBus'],
    ['slack.channelId', { slack: { workspaceId: 'T01' } }, 'got nothing, expected workspaceId and channelId'],
  ])('%s in %p', (path, props, text) => {
    expect(onlyMistake(props)).toContain(`Test/Monitor.${path}: ${text}`);
  });

  test('half of a Slack channel is none', () => {
    expect(onlyMistake({ slack: { workspaceId: 'T01' } })).toMatch(/^Test\/Monitor\.slack\.channelId: /);
  });

  test('a key in place of a secret is not shown', () => {
    const line = onlyMistake({ secret: 'fc_live_CANARY' });

    expect(line).toBe('Test/Monitor.secret: got text, expected an ISecret, such as Secret.fromSecretCompleteArn(...).');
  });

  test('credentials in an address are not shown', () => {
    expect(onlyMistake({ apiBaseUrl: 'https://me:CANARY@example.com' })).not.toContain('CANARY');
  });

  test('a construct in place of a text is named by its kind', () => {
    const eventSource = new Topic(new Stack(), 'Topic');

    expect(onlyMistake({ eventSource })).toBe(`Test/Monitor.eventSource: got an object, expected ${SOURCE}.`);
  });
});

describe('a prop that does not exist', () => {
  test.each([
    ['notifyEmail', 'notifyEmails'],
    ['timeoutMinutes', 'timeout'],
    ['alarmTopicArn', 'alarmTopic'],
    ['secretArn', 'secret'],
    ['logRetentionDays', 'logRetention'],
  ])('%s is a mistake, and the closest name comes first', (name, closest) => {
    const line = onlyMistake({ [name]: 'CANARY' });

    expect(line).toContain(`Test/Monitor.${name}: got a prop that does not exist, expected one of ${closest}, `);
    expect(line).not.toContain('CANARY');
  });

  test('is found in pacing and slack, too', () => {
    expect(onlyMistake({ pacing: { build: Duration.seconds(5) } })).toContain('pacing.build: got a prop that does not');
    expect(onlyMistake({ slack: { workspaceId: 'T01', channelId: 'C01', channel: 'x' } })).toContain('slack.channel: ');
  });
});

test.each(['topic', 'alarmTopic'])('a FIFO topic is refused as %s: its messages would need a group', (prop) => {
  const stack = new Stack(new App(), 'Topics');
  const imported = Topic.fromTopicArn(stack, 'Imported', 'arn:aws:sns:us-east-1:123456789012:x.fifo');
  const own = new Topic(stack, 'Own', { fifo: true });

  for (const topic of [imported, own])
    expect(onlyMistake({ [prop]: topic })).toBe(`Test/Monitor.${prop}: got a FIFO topic, expected a standard one.`);
});

test('a list of environments that is known at deployment only is refused', () => {
  const stack = new Stack(new App(), 'Parameters');
  const { valueAsList } = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' });

  expect(onlyMistake({ githubEvents: true, environments: valueAsList })).toContain(
    'Monitor.environments: got a list that is known at deployment only, expected a list.',
  );
});

test.each<[string, (unknown: { text: string; number: number }) => object, string]>([
  ['notifyOn', ({ text }) => ({ notifyOn: text }), 'all or problems or changes'],
  ['dashboard', ({ text }) => ({ dashboard: text }), 'true or false'],
  ['githubWebhook', ({ number }) => ({ githubWebhook: number }), 'true or false'],
  ['removalPolicy', ({ text }) => ({ removalPolicy: text }), POLICIES],
  ['pacing.linger', ({ number }) => ({ pacing: { linger: Duration.seconds(number) } }), LINGER],
])('%s that is known at deployment only is refused', (name, propsWith, allowed) => {
  const { valueAsString: text } = new CfnParameter(new Stack(new App(), 'Texts'), 'Text');
  const { valueAsNumber: number } = new CfnParameter(new Stack(new App(), 'Numbers'), 'Number', { type: 'Number' });

  expect(onlyMistake(propsWith({ text, number }))).toBe(
    `Test/Monitor.${name}: got a value that is known at deployment only, expected ${allowed}.`,
  );
});

test('a private subnet of an imported VPC is accepted', () => {
  expect(() => construct(importedSubnet('subnet-private'))).not.toThrow();
});

describe('props that are inherited or computed', () => {
  const stack = new Stack(new App(), 'Topics');
  const topic = Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:123456789012:all');
  class Computed {
    get notifyEmails() {
      return ['nobody'];
    }
  }

  test('are used', () => {
    const props = Object.create({ topic, alarms: false, notifyEmails: ['you@example.com'] });
    const own = new Stack(new App(), 'Test');

    const monitor = new DeploymentMonitor(own, 'Monitor', props);

    expect(monitor.topic).toBe(topic);
    expect(monitor.alarms).toEqual([]);
    Template.fromStack(own).resourceCountIs('AWS::SNS::Topic', 0);
  });

  test('are checked', () => {
    expect(onlyMistake(new Computed())).toBe('Test/Monitor.notifyEmails: got "nobody", expected e-mail addresses.');
    expect(onlyMistake(Object.create({ nope: 1 }))).toMatch(/^Test\/Monitor\.nope: got a prop that does not exist/);
    expect(onlyMistake({ pacing: Object.create({ nope: 1 }) })).toMatch(
      /^Test\/Monitor\.pacing\.nope: got a prop that/,
    );
    expect(onlyMistake(Object.create({ timeout: 5 }))).toBe(`Test/Monitor.timeout: got 5, expected ${MINUTES}.`);
  });
});

test.each<[string, object]>([
  ['an address in place of slack', { slack: 'https://hooks.example.com/services/T0/CANARY' }],
  ['a token in place of a workspace', { slack: { workspaceId: 'xoxb-123-CANARY', channelId: 'C01' } }],
  ['an address in place of a channel', { slack: { workspaceId: 'T01', channelId: 'https://h.example.com/CANARY' } }],
  ['an address in place of e-mail addresses', { alarmEmails: 'https://events.example.com/CANARY/enqueue' }],
  ['an address among e-mail addresses', { notifyEmails: ['https://hooks.example.com/CANARY'] }],
  ['an address in place of an event source', { eventSource: 'https://user:CANARY@example.com' }],
  ['an object in place of a name', { stateMachineName: { apiKey: 'CANARY' } }],
  ['an object in place of a list', { environments: { key: 'CANARY' } }],
  ['a list with an address in place of true', { dashboard: ['https://hooks.example.com/CANARY'] }],
])('%s is not repeated, because it could be a credential', (_, props) => {
  const line = onlyMistake(props);

  expect(line).toMatch(/: got (an address|a list|an object|text of \d+ characters), expected /);
  expect(line).not.toContain('CANARY');
});

test('all mistakes are in one error, a line each', () => {
  const props = { timeout: 45, api: 'v2', colour: 'red', notifyEmails: ['x', 'y'], pacing: { linger: 5 } };

  const [headline, ...lines] = refusal(props).split('\n');

  expect(headline).toBe('5 props cannot be used:');
  expect(lines.map((line) => line.split(', expected')[0])).toEqual([
    'Test/Monitor.colour: got a prop that does not exist',
    'Test/Monitor.notifyEmails: got "x"',
    'Test/Monitor.notifyEmails: got "y"',
    'Test/Monitor.api: got "v2"',
    'Test/Monitor.timeout: got 45',
    'Test/Monitor.pacing.linger: got 5',
  ]);
});

test.each([null, 'production', 7, ['a']])('%j is no object of props', (props) => {
  expect(onlyMistake(props)).toMatch(/^Test\/Monitor: got .+, expected an object of props\.$/);
});

describe('is accepted', () => {
  test('what has its value at deployment only', () => {
    const token = (text: string) => Lazy.string({ produce: () => text });
    const stack = construct({
      api: token('v1'),
      apiBaseUrl: token('https://example.com'),
      eventSource: token('com.example'),
      stateMachineName: token('flightwatch-1'),
      timeout: Duration.minutes(Lazy.number({ produce: () => 7 })),
      pacing: { linger: Duration.seconds(30), building: Duration.seconds(Lazy.number({ produce: () => 9 })) },
      notifyEmails: [token('a@example.com')],
      alarmEmails: ['b@example.com', token('c@example.com')],
      githubEvents: true,
      environments: [token('production')],
      logRetention: Token.asNumber(7),
      slack: { workspaceId: token('T01'), channelId: token('C01') },
    });

    const template = JSON.stringify(Template.fromStack(stack).toJSON());
    for (const text of ['a@example.com', 'c@example.com', 'com.example', 'timeoutMinutes'])
      expect(template).toContain(text);
  });

  test('an undefined prop, as one that is not there', () => {
    const names = ['secret', 'timeout', 'notifyOn', 'alarmTopic', 'vpc', 'pacing', 'slack', 'history'];

    expect(() => construct(Object.fromEntries(names.map((name) => [name, undefined])))).not.toThrow();
  });

  test.each([
    { logRetention: RetentionDays.INFINITE },
    { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
    { removalPolicy: 'retain' },
    { notifyEmails: [] },
    { timeout: Duration.days(1) },
    { pacing: {} },
  ])('%p', (props) => {
    expect(() => construct(props)).not.toThrow();
  });
});
