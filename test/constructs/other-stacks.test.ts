import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps, NotifyOn } from '../../lib/constructs/deployment-monitor-props';

const HERE = { account: '123456789012', region: 'eu-west-1' };
const EMAILS = { notifyEmails: ['you@example.com'], alarmEmails: ['ops@example.com'] };

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: { readonly AWS?: unknown };
}

/** A monitor whose resources another stack of the app has made. */
function synthesise(props: (other: Stack) => DeploymentMonitorProps) {
  const app = new App();
  const other = new Stack(app, 'Other', { env: HERE });
  const stack = new Stack(app, 'Test', { env: HERE });
  new DeploymentMonitor(stack, 'Monitor', { ...EMAILS, githubWebhook: true, ...props(other) });
  app.synth();
  return { own: Template.fromStack(stack), other: Template.fromStack(other) };
}

// CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`.
const MADE: Readonly<Record<string, (other: Stack) => DeploymentMonitorProps>> = {
  topic: (other) => ({ topic: new Topic(other, 'Topic') as ITopic }),
  'topic with a key': (other) => ({ topic: new Topic(other, 'Topic', { masterKey: new Key(other, 'Key') }) as ITopic }),
  alarmTopic: (other) => ({
    alarmTopic: new Topic(other, 'Alarms', { masterKey: new Key(other, 'AlarmKey') }) as ITopic,
  }),
  secret: (other) => ({ secret: new Secret(other, 'Secret') as ISecret }),
  'secret with a key': (other) => ({
    secret: new Secret(other, 'Secret', { encryptionKey: new Key(other, 'SecretKey') }) as ISecret,
  }),
  encryptionKey: (other) => ({ encryptionKey: new Key(other, 'OwnKey') }),
  'eventBus with a key': (other) => ({
    eventBus: new EventBus(other, 'Bus', { kmsKey: new Key(other, 'BusKey') }) as IEventBus,
  }),
  vpc: (other) => ({ vpc: new Vpc(other, 'Vpc') as IVpc }),
};

test.each(Object.entries(MADE))('%s of another stack', (_prop, props) => {
  expect(() => synthesise(props)).not.toThrow();
});

test('all of them, from one stack', () => {
  const all = (other: Stack) => {
    const { topic, secret, ...encrypted } = MADE;
    return Object.assign({}, ...Object.values(encrypted).map((make) => make(other))) as DeploymentMonitorProps;
  };

  expect(() => synthesise(all)).not.toThrow();
});

test('a key of another stack keeps its policy, and lets the account use it through Secrets Manager', () => {
  const { own, other } = synthesise((stack) => ({ encryptionKey: new Key(stack, 'Key') }));

  const [key] = Object.values(other.findResources('AWS::KMS::Key'));
  expect(JSON.stringify(key)).not.toContain('PollDeployment');
  const account = { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::123456789012:root']] } };
  expect(key?.Properties.KeyPolicy.Statement).toContainEqual(
    expect.objectContaining({
      Action: expect.arrayContaining(['kms:Decrypt']),
      Principal: account,
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    }),
  );
  const roles = Object.entries(own.findResources('AWS::IAM::Policy')).filter(([, { Properties }]) =>
    (Properties.PolicyDocument.Statement as Statement[]).some(({ Action }) => [Action].flat().includes('kms:Decrypt')),
  );
  // Reading the secrets and the history, and publishing to the topics.
  for (const role of ['PollDeployment', 'Receiver', 'RecordOutcome', 'WatchStateMachine', 'WatchdogReport'])
    expect(roles.map(([id]) => id)).toContainEqual(expect.stringContaining(role));
});

describe('addresses and a topic that is given', () => {
  test('belong to the stack of the monitor, whose dead-letter queue takes what the topic cannot deliver', () => {
    const { own, other } = synthesise((stack) => ({ topic: new Topic(stack, 'Topic') as ITopic }));

    const arn = { 'Fn::ImportValue': expect.stringContaining('Topic') };
    const [subscription] = Object.values(own.findResources('AWS::SNS::Subscription')).filter(
      ({ Properties }) => Properties.Endpoint === 'you@example.com',
    );
    const [queuePolicy] = Object.values(own.findResources('AWS::SQS::QueuePolicy'));
    other.resourceCountIs('AWS::SNS::Subscription', 0);
    expect(subscription?.Properties).toMatchObject({
      TopicArn: arn,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'] } },
    });
    expect(queuePolicy?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Action: 'sqs:SendMessage', Condition: { ArnEquals: { 'aws:SourceArn': arn } } }),
    );
  });

  /** Two monitors that share topics, which a third stack has made. */
  function share(more: readonly DeploymentMonitorProps[]): Template[] {
    const app = new App();
    const topics = new Stack(app, 'Topics', { env: HERE });
    const shared = { topic: new Topic(topics, 'Topic') as ITopic, alarmTopic: new Topic(topics, 'Alarms') as ITopic };
    const stacks = more.map((props, index) => {
      const stack = new Stack(app, `Test${index}`, { env: HERE });
      new DeploymentMonitor(stack, 'Monitor', { ...EMAILS, eventSource: `source-${index}`, ...shared, ...props });
      return stack;
    });
    app.synth();
    return stacks.map((stack) => Template.fromStack(stack));
  }

  function addressesOf(template: Template | undefined): string[] {
    return Object.values(template?.findResources('AWS::SNS::Subscription') ?? {}).map(
      ({ Properties }) => Properties.Endpoint as string,
    );
  }

  test('two monitors that share both have one subscription, as SNS has', () => {
    const [first, second] = share([{}, { notifyEmails: ['you@example.com', 'me@example.com'] }]);

    expect(addressesOf(first).sort()).toEqual(['ops@example.com', 'you@example.com']);
    expect(addressesOf(second)).toEqual(['me@example.com']);
  });

  test('in one stack, too', () => {
    const stack = new Stack(new App(), 'Test', { env: HERE });
    const topic = Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:123456789012:all');

    for (const id of ['One', 'Two'])
      new DeploymentMonitor(stack, id, { notifyEmails: ['you@example.com'], topic, eventSource: id, alarms: false });

    expect(addressesOf(Template.fromStack(stack))).toEqual(['you@example.com']);
  });

  test.each<[string, (app: App) => readonly [Stack, Stack]]>([
    ['one stack', (app) => Array(2).fill(new Stack(app, 'Test', { env: HERE })) as [Stack, Stack]],
    ['two stacks', (app) => [new Stack(app, 'Test', { env: HERE }), new Stack(app, 'Other', { env: HERE })]],
  ])('that is imported twice, into %s, is still one topic', (_, stacksIn) => {
    const monitorsWith = (notifyOn: NotifyOn) => {
      const stacks = stacksIn(new App());
      for (const [index, stack] of stacks.entries()) {
        const topic = Topic.fromTopicArn(stack, `Topic${index}`, 'arn:aws:sns:eu-west-1:123456789012:all');
        const props: DeploymentMonitorProps = index === 0 ? {} : { notifyOn, eventSource: 'other' };
        new DeploymentMonitor(stack, `Monitor${index}`, { notifyEmails: ['you@example.com'], topic, ...props });
      }
      return [...new Set(stacks)].flatMap((stack) => addressesOf(Template.fromStack(stack)));
    };

    expect(monitorsWith('all')).toEqual(['you@example.com']);
    expect(() => monitorsWith('problems')).toThrow('subscribes to the same topic with another filter policy');
  });

  test('that is imported for notifications and again for alarms needs one filter policy', () => {
    const stack = new Stack(new App(), 'Test', { env: HERE });
    const [topic, alarmTopic] = ['One', 'Two'].map((id) =>
      Topic.fromTopicArn(stack, id, 'arn:aws:sns:eu-west-1:123456789012:all'),
    ) as [ITopic, ITopic];
    const emails = { notifyEmails: ['you@example.com'], alarmEmails: ['you@example.com'] };

    expect(
      () => new DeploymentMonitor(stack, 'Monitor', { ...emails, topic, alarmTopic, notifyOn: 'problems' }),
    ).toThrow(
      'Test/Monitor/Alarms: got you@example.com, which Test/Monitor/Notifications subscribes to the same topic',
    );
  });

  test('compare addresses as one monitor does, whatever their case', () => {
    const [first, second] = share([{}, { notifyEmails: ['You@example.com'], alarmEmails: [] }]);

    expect(addressesOf(first)).toContain('you@example.com');
    expect(addressesOf(second)).toEqual([]);
  });

  test('cannot have two filter policies', () => {
    expect(() => share([{}, { notifyOn: 'problems' }])).toThrow(
      'Test1/Monitor/Notifications: got you@example.com, which Test0/Monitor/Notifications subscribes to the same topic ' +
        'with another filter policy, expected another address, another topic, or the same notifyOn',
    );
  });
});
