import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';
import { FlightwatchStack } from '../../lib/constructs/flightwatch-stack';
import { readSettings } from '../../lib/constructs/settings';

function synthesise(props: DeploymentMonitorProps | ((stack: Stack) => DeploymentMonitorProps) = {}) {
  const stack = new Stack(new App(), 'Test');
  const monitor = new DeploymentMonitor(stack, 'Monitor', typeof props === 'function' ? props(stack) : props);
  return { stack, monitor, template: Template.fromStack(stack) };
}

function installed(flightwatch: object): Template {
  const app = new App({ context: { flightwatch } });
  return Template.fromStack(new FlightwatchStack(app, 'Flightwatch', readSettings(app.node)));
}

const SLACK = { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' };
const EXISTING = 'arn:aws:sns:eu-west-1:123456789012:alarms';

describe('without alarms', () => {
  const { monitor, template } = synthesise({ alarms: false, dashboard: true, slack: SLACK });

  test('there is no alarm and no topic for them', () => {
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    template.resourceCountIs('AWS::SNS::Topic', 1);
    expect(monitor.alarms).toEqual([]);
    expect(monitor.alarmTopic).toBeUndefined();
  });

  test('Slack still gets the notifications, and the dashboard is there without their state', () => {
    template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
      SnsTopicArns: [{ Ref: Match.stringLikeRegexp('Notifications') }],
    });
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(JSON.stringify(dashboard?.Properties.DashboardBody)).not.toContain('"alarm');
  });

  test('the flood protection keeps the alarm that it acts on, which tells nobody', () => {
    const flooded = synthesise({ alarms: false, githubWebhook: true });
    const before = synthesise({ githubWebhook: true }).template.findResources('AWS::CloudWatch::Alarm');
    const alarms = flooded.template.findResources('AWS::CloudWatch::Alarm');

    expect(Object.keys(alarms)).toEqual([expect.stringContaining('WebhookFlooded')]);
    expect(before).toHaveProperty(Object.keys(alarms)[0] ?? '');
    for (const { Properties } of Object.values(alarms)) expect(Properties.AlarmActions).toBeUndefined();
    flooded.template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { resources: [{ 'Fn::GetAtt': [Object.keys(alarms)[0], 'Arn'] }] },
    });
    expect(flooded.monitor.alarms).toEqual([]);
  });

  test('the stack has no output for their topic', () => {
    expect(Object.keys(installed({ alarms: false }).findOutputs('*'))).not.toContain('AlarmTopicArn');
  });
});

describe('an existing topic for alarms', () => {
  test('may be that of the notifications, which Slack then gets once', () => {
    const existing = (stack: Stack, id: string) => Topic.fromTopicArn(stack, id, EXISTING);
    const { template } = synthesise((stack) => ({
      topic: existing(stack, 'One'),
      alarmTopic: existing(stack, 'Two'),
      slack: SLACK,
    }));

    template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', { SnsTopicArns: [EXISTING] });
  });

  test('gets all alarms, and none is made', () => {
    const template = installed({ alarmTopicArn: EXISTING, githubWebhook: true });

    template.resourceCountIs('AWS::SNS::Topic', 1);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [EXISTING] });
    expect(template.findOutputs('AlarmTopicArn')).toEqual({ AlarmTopicArn: { Value: EXISTING } });
  });

  test('gets the subscriptions of alarmEmails and of Slack', () => {
    const template = installed({
      alarmTopicArn: EXISTING,
      alarmEmails: ['ops@example.com'],
      slackWorkspaceId: SLACK.workspaceId,
      slackChannelId: SLACK.channelId,
    });

    template.hasResourceProperties('AWS::SNS::Subscription', {
      TopicArn: EXISTING,
      Protocol: 'email',
      Endpoint: 'ops@example.com',
      RedrivePolicy: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
      SnsTopicArns: Match.arrayWith([EXISTING]),
    });
  });

  test('of the app lets CloudWatch publish, and so does its key', () => {
    const { template } = synthesise((stack) => ({
      alarmTopic: new Topic(stack, 'Alarms', { enforceSSL: true, masterKey: new Key(stack, 'Key') }),
    }));
    const cloudWatch = { Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } };

    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ ...cloudWatch, Action: 'sns:Publish' })]) },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ ...cloudWatch, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }),
        ]),
      },
    });
  });

  test('can be in another stack, which does not depend on this one', () => {
    const app = new App();
    const alarmTopic = new Topic(new Stack(app, 'Shared'), 'Alarms');
    new DeploymentMonitor(new Stack(app, 'Test'), 'Monitor', { alarmTopic, alarmEmails: ['ops@example.com'] });

    expect(() => app.synth()).not.toThrow();
  });
});

test('there is a dashboard only if it is asked for', () => {
  synthesise().template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  synthesise({ dashboard: true }).template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  installed({ dashboard: true }).resourceCountIs('AWS::CloudWatch::Dashboard', 1);
});

test('with everything optional off, one secret is all that AWS charges for by the month', () => {
  const { Resources } = installed({ alarms: false, dashboard: false, history: false }).toJSON() as {
    Resources: Record<string, { Type: string }>;
  };
  const types = Object.values(Resources).map(({ Type }) => Type);

  expect(types.filter((type) => /CloudWatch|SecretsManager|KMS|DynamoDB/.test(type))).toEqual([
    'AWS::SecretsManager::Secret',
  ]);
});

describe('the removal policy', () => {
  /** Of the resources that hold data, and how many there are of each. */
  const GOVERNED = {
    'AWS::SecretsManager::Secret': 2,
    'AWS::DynamoDB::Table': 1,
    'AWS::SQS::Queue': 1,
    'AWS::Logs::LogGroup': 9,
  };
  const EVERYTHING = { githubWebhook: true, alarmEmails: ['ops@example.com'], dashboard: true };

  test.each([
    [undefined, 'Delete'],
    [RemovalPolicy.DESTROY, 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate'],
  ])('%s makes it %s for secrets, the history, logs and dead letters', (removalPolicy, expected) => {
    const { template } = synthesise({ ...EVERYTHING, ...(removalPolicy && { removalPolicy }) });

    for (const [type, count] of Object.entries(GOVERNED)) {
      const policies = Object.values(template.findResources(type)).map(({ DeletionPolicy }) => DeletionPolicy);
      expect([type, policies]).toEqual([type, Array(count).fill(expected)]);
    }
  });

  test('has no effect on other resources: all but versions of the poll function go', () => {
    const kept = (removalPolicy: RemovalPolicy) => {
      const { Resources } = synthesise({ ...EVERYTHING, removalPolicy }).template.toJSON() as {
        Resources: Record<string, { Type: string; DeletionPolicy?: string }>;
      };
      return new Set(
        Object.values(Resources)
          .filter(({ DeletionPolicy }) => /Retain/.test(DeletionPolicy ?? ''))
          .map(({ Type }) => Type),
      );
    };

    expect([...kept(RemovalPolicy.DESTROY)]).toEqual(['AWS::Lambda::Version']);
    expect([...kept(RemovalPolicy.RETAIN)].toSorted()).toEqual(
      [...Object.keys(GOVERNED), 'AWS::Lambda::Version'].toSorted(),
    );
  });

  test('is a setting', () => {
    installed({ removalPolicy: 'retain' }).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain' });
    installed({}).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });
});

describe('logs are kept', () => {
  test('for 90 days, or as long as was chosen', () => {
    synthesise().template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    synthesise({ logRetention: RetentionDays.ONE_WEEK }).template.allResourcesProperties('AWS::Logs::LogGroup', {
      RetentionInDays: 7,
    });
    installed({ logRetentionDays: 365 }).allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });

  test('forever, if that was chosen', () => {
    const { template } = synthesise({ logRetention: RetentionDays.INFINITE });

    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: Match.absent() });
  });
});
