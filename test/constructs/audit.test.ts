import {
  App,
  CloudFormationValidatePlugin,
  Duration,
  type IPolicyValidationPlugin,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { VALIDATE_AGAINST_DEFAULT_RULES } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';
import { FlightwatchStack } from '../../lib/constructs/flightwatch-stack';
import { readSettings } from '../../lib/constructs/settings';

const EVERYTHING = {
  notifyEmails: ['ops@example.com'],
  notifyOn: 'problems',
  alarmEmails: ['alarms@example.com'],
  githubWebhook: true,
  githubEvents: true,
  slackWorkspaceId: 'T0123ABCD',
  slackChannelId: 'C0123ABCD',
  dashboard: true,
  removalPolicy: 'retain',
} as const;

const NOTHING = { alarms: false, dashboard: false, history: false, githubWebhook: true } as const;

describe('cdk-nag reports no finding without a reason', () => {
  test.each([
    ['by default', {}],
    ['with everything switched on', EVERYTHING],
    ['with everything optional off', NOTHING],
    ['with an existing topic for alarms', { alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms' }],
  ])('%s', (_, flightwatch) => {
    const app = audited({ flightwatch });
    new FlightwatchStack(app, 'Flightwatch', readSettings(app.node));

    expect(() => app.synth()).not.toThrow();
  });

  test('in another stack, with a customer managed key and a custom event bus', () => {
    const app = audited();
    const stack = new Stack(app, 'Other');
    new DeploymentMonitor(stack, 'Monitor', {
      encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
      eventBus: EventBus.fromEventBusName(stack, 'Bus', 'deployments'),
      githubWebhook: true,
      githubEvents: true,
      timeout: Duration.minutes(5),
    });

    expect(() => app.synth()).not.toThrow();
  });

  test('in a VPC', () => {
    const app = audited();
    const stack = new Stack(app, 'Network');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-0123456789abcdef0'],
    });
    new DeploymentMonitor(stack, 'Monitor', { vpc });

    expect(() => app.synth()).not.toThrow();
  });

  test('in a stack whose account and region are known', () => {
    const app = audited();
    const stack = new Stack(app, 'Known', { env: { account: '123456789012', region: 'eu-west-1' } });
    new DeploymentMonitor(stack, 'Monitor', { stateMachineName: 'watch-production' });

    expect(() => app.synth()).not.toThrow();
  });

  test('and would report a mistake', () => {
    const app = audited();
    new Key(new Stack(app, 'Other'), 'KeyWithoutRotation');

    expect(() => app.synth()).toThrow('KMS5');
  });
});

describe("CloudFormation's own rules report nothing", () => {
  // One for all, since loading the rules takes a second. The CDK is not compiled with exactOptionalPropertyTypes.
  const rules = new CloudFormationValidatePlugin() as IPolicyValidationPlugin;

  function checkRules(build: (app: App) => void): void {
    const app = new App({ context: { [VALIDATE_AGAINST_DEFAULT_RULES]: true } });
    Validations.of(app).addPlugins(rules);
    build(app);
    app.synth();
  }

  test.each([
    ['by default', {}],
    ['with everything switched on', EVERYTHING],
    ['with everything optional off', NOTHING],
  ])('%s', (_, flightwatch) => {
    const settings = readSettings({ tryGetContext: (key) => (key === 'flightwatch' ? flightwatch : undefined) });

    expect(() => checkRules((app) => void new FlightwatchStack(app, 'Flightwatch', settings))).not.toThrow();
  });

  test('and would report a mistake', () => {
    const build = (app: App) =>
      new CfnQueue(new Stack(app, 'Other'), 'Queue').addPropertyOverride('VisibilityTimeout', 'soon');

    expect(() => checkRules(build)).toThrow('VisibilityTimeout');
  });
});

function audited(context: object = {}): App {
  const app = new App({ context: context as Record<string, unknown> });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** From each publisher to the topic, and on to its key. */
describe.each([
  ['with a key of AWS', () => ({})],
  ['with a key of the customer', (stack: Stack) => ({ encryptionKey: new Key(stack, 'Key') })],
])('every publisher is allowed to publish, %s', (_, makeProps) => {
  const stack = new Stack(new App(), 'Test');
  const props: DeploymentMonitorProps = makeProps(stack);
  new DeploymentMonitor(stack, 'Monitor', props);
  const template = Template.fromStack(stack);
  const topics = template.findResources('AWS::SNS::Topic');
  const idOf = (part: string) => Object.keys(topics).find((id) => id.includes(part)) ?? '';

  test.each([
    ['a watch', 'MonitorWatchStateMachineRole'],
    ['a report', 'MonitorWatchdogReportRole'],
  ])('%s, to the notification topic', (__, role) => {
    const statements = policyOf(role);
    const publish = statements.find(({ Action }) => Action === 'sns:Publish');

    expect(publish).toMatchObject({ Effect: 'Allow', Resource: { Ref: idOf('Notifications') } });
    expect(
      policyOfTopic('Notifications').some(({ Effect, Condition }) => Effect === 'Deny' && Condition === undefined),
    ).toBe(false);
    if (props.encryptionKey === undefined) return;
    expect(topics[idOf('Notifications')]?.Properties.KmsMasterKeyId).toEqual(keyArn());
    expect(statements.find(({ Action }) => String(Action).includes('kms:'))).toMatchObject({
      Action: expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey*']),
      Resource: keyArn(),
    });
  });

  test('CloudWatch, to the alarm topic', () => {
    const cloudWatch = { Principal: { Service: 'cloudwatch.amazonaws.com' } };

    expect(policyOfTopic('AlarmsTopic')).toContainEqual(
      expect.objectContaining({ ...cloudWatch, Effect: 'Allow', Action: 'sns:Publish' }),
    );
    for (const alarm of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(alarm.Properties.AlarmActions).toEqual([{ Ref: idOf('AlarmsTopic') }]);
    }
    if (props.encryptionKey === undefined) return;
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    expect(key?.Properties.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({ ...cloudWatch, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }),
    );
  });

  function policyOf(role: string): Statement[] {
    return Object.values(template.findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith(role)))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
  }

  function policyOfTopic(part: string): Statement[] {
    return Object.values(template.findResources('AWS::SNS::TopicPolicy'))
      .filter(({ Properties }) => Properties.Topics.some(({ Ref }: { Ref: string }) => Ref === idOf(part)))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
  }

  function keyArn(): object {
    return { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::KMS::Key'))[0], 'Arn'] };
  }
});

test('e-mails that cannot be delivered reach the dead-letter queue, and SNS is allowed to send them there', () => {
  const app = new App({ context: { flightwatch: EVERYTHING } });
  const template = Template.fromStack(new FlightwatchStack(app, 'Flightwatch', readSettings(app.node)));
  const [queueId = ''] = Object.keys(template.findResources('AWS::SQS::Queue'));
  const queueArn = { 'Fn::GetAtt': [queueId, 'Arn'] };

  const emails = Object.values(template.findResources('AWS::SNS::Subscription'));
  expect(emails.map(({ Properties }) => Properties.RedrivePolicy)).toEqual([
    { deadLetterTargetArn: queueArn },
    { deadLetterTargetArn: queueArn },
  ]);
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Principal: { Service: 'sns.amazonaws.com' },
          Resource: queueArn,
        }),
      ]),
    },
  });
});

test('members of the Slack channel receive messages and have no access to AWS', () => {
  const app = new App({ context: { flightwatch: EVERYTHING } });
  const template = Template.fromStack(new FlightwatchStack(app, 'Flightwatch', readSettings(app.node)));

  template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
    SlackWorkspaceId: 'T0123ABCD',
    SlackChannelId: 'C0123ABCD',
    SnsTopicArns: [{ Ref: Match.stringLikeRegexp('Notifications') }, { Ref: Match.stringLikeRegexp('AlarmsTopic') }],
    GuardrailPolicies: [{ 'Fn::Join': ['', Match.arrayWith([':iam::aws:policy/AWSDenyAll'])] }],
  });
});
