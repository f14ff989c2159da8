import validate from 'asl-validator';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';
import { secondsOf, WEBHOOK_CALL } from '../../lib/contract/call-limits';
import { resolveText } from '../../lib/local/template';

function synthesise(props: (stack: Stack) => DeploymentMonitorProps = () => ({})) {
  const stack = new Stack(new App(), 'Test');
  const monitor = new DeploymentMonitor(stack, 'Monitor', { githubWebhook: true, ...props(stack) });
  return { monitor, template: Template.fromStack(stack) };
}

function idOf(template: Template, type: string, part: string): string {
  const ids = Object.keys(template.findResources(type)).filter((id) => id.includes(part));
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function statementsOf(template: Template, role: string): Statement[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes(role))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
}

const { monitor, template } = synthesise();
const RECEIVER = idOf(template, 'AWS::Lambda::Function', 'Receiver');

describe('the receiver', () => {
  test('is there only if it is asked for, and then its address and secret are known', () => {
    const plain = synthesise(() => ({ githubWebhook: false })).template;

    expect(plain.findResources('AWS::Lambda::Url')).toEqual({});
    expect(Object.keys(plain.findResources('AWS::SecretsManager::Secret'))).toHaveLength(1);
    expect(monitor.githubWebhookUrl).toBeDefined();
    expect(monitor.githubWebhookSecret).toBeDefined();
  });

  test('has an address that anybody can call, with both permissions that AWS asks for', () => {
    const functionName = { 'Fn::GetAtt': [RECEIVER, 'Arn'] };

    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE', TargetFunctionArn: functionName });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: '*',
      Action: 'lambda:InvokeFunctionUrl',
      FunctionName: functionName,
      FunctionUrlAuthType: 'NONE',
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: '*',
      Action: 'lambda:InvokeFunction',
      FunctionName: functionName,
      InvokedViaFunctionUrl: true,
    });
  });

  test('answers within the 10 s that GitHub waits, whatever its calls take', () => {
    const { Timeout } = template.findResources('AWS::Lambda::Function')[RECEIVER]?.Properties ?? {};

    expect(Timeout).toBeLessThan(10);
    expect(Timeout).toBeGreaterThanOrEqual(3 * secondsOf(WEBHOOK_CALL));
  });

  test('may read its secret, put events on the bus and log, and nothing else', () => {
    const statements = statementsOf(template, 'Receiver');

    expect(statements.flatMap(({ Action }) => Action).toSorted()).toEqual([
      'events:PutEvents',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
    ]);
    const secrets = statements.filter(({ Action }) => [Action].flat().some((action) => /^secrets/.test(action)));
    expect(secrets.map(({ Resource }) => JSON.stringify(Resource))).toEqual([expect.stringContaining('GitHubWebhook')]);
  });

  test('costs little if strangers call it: no lines of Lambda below a warning, and no traces', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { SystemLogLevel: 'WARN' },
      TracingConfig: Match.absent(),
      MemorySize: 128,
    });
  });

  test('announces on the bus and with the source that were chosen', () => {
    const other = synthesise((stack) => ({
      eventBus: EventBus.fromEventBusName(stack, 'Bus', 'deployments'),
      eventSource: 'com.example',
      environments: ['prod*', 'staging'],
      previewEnvironments: false,
    })).template;

    const Variables = Match.objectLike({
      EVENT_BUS_NAME: 'deployments',
      EVENT_SOURCE: 'com.example',
      GITHUB_ENVIRONMENTS: 'prod*,staging',
      GITHUB_PREVIEW_ENVIRONMENTS: 'false',
    });
    other.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables } });
    const [put] = statementsOf(other, 'Receiver').filter(({ Action }) => Action === 'events:PutEvents');
    expect(JSON.stringify(put?.Resource)).toContain('event-bus/deployments');
  });
});

describe("the webhook's secret", () => {
  const generated = { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } };

  test('is generated and goes with the stack', () => {
    template.hasResource('AWS::SecretsManager::Secret', { Properties: generated, DeletionPolicy: 'Delete' });
  });

  test('is encrypted with the key of the customer, which lets the receiver read it', () => {
    const encrypted = synthesise((stack) => ({ encryptionKey: new Key(stack, 'Key') })).template;
    const keyArn = { 'Fn::GetAtt': [idOf(encrypted, 'AWS::KMS::Key', 'Key'), 'Arn'] };

    encrypted.hasResourceProperties('AWS::SecretsManager::Secret', { ...generated, KmsKeyId: keyArn });
    expect(statementsOf(encrypted, 'Receiver')).toContainEqual(
      expect.objectContaining({ Action: 'kms:Decrypt', Resource: keyArn }),
    );
  });
});

describe('alarms', () => {
  const Dimensions = [{ Name: 'FunctionName', Value: { Ref: RECEIVER } }];

  test.each([
    ['Url5xxCount', { Threshold: 1, Period: 300, EvaluationPeriods: 1 }],
    ['Throttles', { Threshold: 1, Period: 300, EvaluationPeriods: 1 }],
    ['Invocations', { Threshold: 3000, Period: 60, EvaluationPeriods: 60, DatapointsToAlarm: 1 }],
  ])('%s of the receiver', (MetricName, properties) => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Lambda',
      MetricName,
      Dimensions,
      Statistic: 'Sum',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('AlarmsTopic') }],
      ...properties,
    });
  });

  test.each([{ githubWebhook: true }, { githubWebhook: false, githubEvents: true }])(
    'an event without an id raises one, with %j',
    (props) => {
      synthesise(() => props).template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'Flightwatch',
        MetricName: 'GitHubEventsWithoutId',
        Threshold: 1,
      });
    },
  );
});

describe('the flood protection', () => {
  const machineId = idOf(template, 'AWS::StepFunctions::StateMachine', 'FloodProtection');
  const { DefinitionString } = template.findResources('AWS::StepFunctions::StateMachine')[machineId]?.Properties ?? {};
  const definition = JSON.parse(resolveText(DefinitionString, (id) => id)) as {
    readonly States: Record<string, { readonly Choices?: readonly object[]; readonly Default?: string } & object>;
  };

  test('hears of each change of the alarm, without a function in between', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [{ 'Fn::GetAtt': [idOf(template, 'AWS::CloudWatch::Alarm', 'WebhookFlooded'), 'Arn'] }],
      },
      Targets: [
        Match.objectLike({
          Arn: { Ref: machineId },
          DeadLetterConfig: Match.anyValue(),
          RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 185 },
        }),
      ],
    });
  });

  test('is a valid definition', () => {
    const { isValid, errorsText } = validate(structuredClone(definition));

    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  test('takes all concurrency from the receiver while the alarm is on, and gives it back', () => {
    const { States } = definition;

    expect(States['Receiver Flooded?']).toMatchObject({
      Choices: [{ Variable: '$.detail.state.value', StringEquals: 'ALARM', Next: 'Close Receiver' }],
      Default: 'Open Receiver',
    });
    expect(States['Close Receiver']).toMatchObject({
      Resource: 'arn:aws:states:::aws-sdk:lambda:putFunctionConcurrency',
      Parameters: { FunctionName: RECEIVER, ReservedConcurrentExecutions: 0 },
    });
    expect(States['Open Receiver']).toMatchObject({
      Resource: 'arn:aws:states:::aws-sdk:lambda:deleteFunctionConcurrency',
      Parameters: { FunctionName: RECEIVER },
    });
  });

  test('may change the concurrency of the receiver, and of no other function', () => {
    const own = statementsOf(template, 'FloodProtectionStateMachineRole').filter(({ Action }) =>
      String(Action).startsWith('lambda:'),
    );

    expect(own.flatMap(({ Action }) => Action).toSorted()).toEqual([
      'lambda:DeleteFunctionConcurrency',
      'lambda:PutFunctionConcurrency',
    ]);
    for (const { Resource } of own) expect(Resource).toEqual({ 'Fn::GetAtt': [RECEIVER, 'Arn'] });
  });
});

describe("AWS's quick start", () => {
  test.each([
    ['the default bus', undefined],
    ['another bus', 'deployments'],
  ])('has a rule on %s, with the delivery of every announcement', (_, busName) => {
    const started = synthesise((stack) => ({
      githubWebhook: false,
      githubEvents: true,
      ...(busName && { eventBus: EventBus.fromEventBusName(stack, 'Bus', busName) }),
    })).template;
    const targets = Object.values(started.findResources('AWS::Events::Rule'))
      .filter(({ Properties }) => Properties.EventBusName === busName)
      .filter(({ Properties }) => /flightcontrol|github/.test(JSON.stringify(Properties.EventPattern)))
      .map(({ Properties }) => [Properties.EventPattern['detail-type'], Properties.Targets[0]]);

    expect(targets.map(([detailTypes]) => detailTypes)).toEqual(
      expect.arrayContaining([['Deployment Triggered'], ['deployment', 'deployment_status']]),
    );
    const [one, other] = targets.map(([, { Id: __, ...target }]) => target);
    expect(one).toEqual(other);
    expect(started.findResources('AWS::Lambda::Url')).toEqual({});
  });
});
