import validate from 'asl-validator';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import type { DeploymentMonitorProps } from '../../lib/constructs/deployment-monitor-props';
import { OUTCOMES } from '../../lib/contract/outcomes';
import { STATES } from '../../lib/contract/states';
import { LONGEST_WATCH_MINUTES } from '../../lib/contract/time-limit';
import { readDefinition, readShippedTemplate } from '../../lib/local/definition';
import type { Template as TemplateJson } from '../../lib/local/template';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Error?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Choices?: readonly { readonly StringEquals: string; readonly Next: string }[];
  readonly Retry?: readonly {
    readonly IntervalSeconds: number;
    readonly BackoffRate: number;
    readonly MaxDelaySeconds: number;
    readonly MaxAttempts: number;
  }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
}

function synthesise(props?: (stack: Stack) => DeploymentMonitorProps) {
  const stack = new Stack(new App(), 'Test');
  const monitor = new DeploymentMonitor(stack, 'Monitor', props?.(stack));
  return { stack, monitor, template: () => Template.fromStack(stack) };
}

function definitionOf(template: Template): { StartAt: string; TimeoutSeconds: number; States: Record<string, State> } {
  return readDefinition(template.toJSON() as TemplateJson) as never;
}

type Statement = { Action: string | string[]; Resource: unknown };

/** Of the policies whose logical id holds this. */
function statementsOf(template: Template, policyId = ''): Statement[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes(policyId))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
}

describe('the state machine', () => {
  const template = synthesise().template();
  const { States: states, StartAt, TimeoutSeconds } = definitionOf(template);

  test('is a valid definition', () => {
    const { isValid, errorsText } = validate(structuredClone({ StartAt, TimeoutSeconds, States: states }));

    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  test('sends each outcome to a notification, an event and then to its end, and anything else to WATCH_FAILED', () => {
    const choice = states['Deployment Finished?'];
    const ends = Object.fromEntries(
      (choice?.Choices ?? []).map(({ StringEquals, Next }) => [StringEquals, endBehind(Next)?.Error ?? 'none']),
    );

    expect(ends).toEqual({
      IN_PROGRESS: 'none',
      SUCCEEDED: 'none',
      FAILED: 'DeploymentFailed',
      CANCELLED: 'DeploymentCancelled',
      TIMED_OUT: 'WatchTimedOut',
    });
    expect(choice?.Default).toBe('Notify Watch Failure');
    expect(endBehind('Notify Watch Failure')?.Error).toBe('WatchFailed');
    expect(Object.keys(ends).filter((outcome) => outcome !== 'IN_PROGRESS')).toEqual(
      OUTCOMES.filter((outcome) => outcome !== 'WATCH_FAILED'),
    );
  });

  function endBehind(notifyState: string): State | undefined {
    return states[states[states[notifyState]?.Next ?? '']?.Next ?? ''];
  }

  test('every task catches everything', () => {
    const tasks = Object.values(states).filter(({ Type }) => Type === 'Task');

    expect(tasks.length).toBeGreaterThan(0);
    for (const { Catch } of tasks) expect(Catch?.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
  });

  test('retries an unavailable Lambda for 10 to 24 minutes, so that users hear of it within 25', () => {
    const retry = states[STATES.poll]?.Retry?.[0];
    const { IntervalSeconds = 0, BackoffRate = 0, MaxDelaySeconds = 0, MaxAttempts = 0 } = retry ?? {};
    const bounds = Array.from({ length: MaxAttempts }, (_, n) =>
      Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds),
    );
    const expected = bounds.reduce((sum, bound) => sum + bound / 2, 0);
    // Each wait is uniform between 0 and its bound: its variance is bound squared over 12.
    const deviation = Math.sqrt(bounds.reduce((sum, bound) => sum + bound ** 2 / 12, 0));

    expect(expected - 4 * deviation).toBeGreaterThan(10 * 60);
    expect(expected + 5 * deviation).toBeLessThan(24 * 60);
  });

  test.each([0, 1, 60, 120, 240])(
    'a function that is killed each time is reported within 15 minutes (linger %d s)',
    (s) => {
      const { States } = definitionOf(synthesise(() => ({ pacing: { linger: Duration.seconds(s) } })).template());
      const { Retry: [, killed] = [], TimeoutSeconds = 0 } = States[STATES.poll] ?? {};
      const { TimeoutSeconds: explainSeconds = 0, Retry: [explain] = [] } = States[STATES.explainFailure] ?? {};
      const { MaxAttempts = 0, IntervalSeconds = 0 } = killed ?? {};
      const polling = (1 + MaxAttempts) * TimeoutSeconds + MaxAttempts * IntervalSeconds;
      const explaining = (1 + (explain?.MaxAttempts ?? 0)) * explainSeconds + (explain?.IntervalSeconds ?? 0);

      expect(MaxAttempts).toBeGreaterThanOrEqual(1);
      expect(polling + explaining).toBeLessThan(15 * 60);
    },
  );

  test.each([0, 60, 240])('time-outs nest with a linger of %d s', (lingerSeconds) => {
    const lingering = synthesise(() => ({ pacing: { linger: Duration.seconds(lingerSeconds) } })).template();
    const definition = definitionOf(lingering);
    const [pollFunction] = Object.values(lingering.findResources('AWS::Lambda::Function'));
    const functionTimeout = pollFunction?.Properties.Timeout as number;
    const taskTimeout = definition.States['Poll Deployment']?.TimeoutSeconds ?? 0;

    expect(functionTimeout).toBeGreaterThanOrEqual(lingerSeconds + 60);
    expect(taskTimeout).toBeGreaterThan(functionTimeout);
    expect(definition.TimeoutSeconds).toBeGreaterThan(1440 * 60 + taskTimeout);
    expect(definition.TimeoutSeconds).toBeLessThanOrEqual(LONGEST_WATCH_MINUTES * 60);
  });

  test('is the one that the package ships for runs on a laptop', () => {
    const shipped = readDefinition(readShippedTemplate()) as never as typeof states & { States: typeof states };

    expect(Object.keys(shipped.States)).toEqual(Object.keys(states));
    for (const [name, { Resource, ...state }] of Object.entries(states))
      expect(shipped.States[name]).toMatchObject(withoutArns(state));
  });
});

function withoutArns({ Parameters, ...state }: Omit<State, 'Resource'> & { Parameters?: Record<string, unknown> }) {
  const { TopicArn, ...parameters } = Parameters ?? {};
  return { ...state, ...(Parameters && { Parameters: parameters }) };
}

describe('permissions', () => {
  test('name their own resource, except where AWS supports no resource-level permissions', () => {
    const wide = statementsOf(synthesise().template()).filter(({ Resource }) => JSON.stringify(Resource) === '"*"');

    // X-Ray and log delivery support no resource-level permissions. Source: Service Authorization Reference.
    expect(wide.flatMap(({ Action }) => Action).filter((action) => !/^(xray|logs):/.test(action))).toEqual([]);
  });

  test('the function reads one secret and the history, writes its logs and traces, and does nothing else', () => {
    const actions = statementsOf(synthesise().template(), 'PollDeployment').flatMap(({ Action }) => Action);

    expect(actions.sort()).toEqual([
      'dynamodb:Query',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  const READ_EXECUTIONS = ['states:DescribeExecution', 'states:GetExecutionHistory'];

  test('the function that starts watches may do just that, of this state machine', () => {
    const statements = statementsOf(synthesise().template(), 'StartWatch');
    const states = statements.filter(({ Action }) => String(Action).startsWith('states:'));
    expect(states.map(({ Action }) => Action)).toEqual(['states:StartExecution', READ_EXECUTIONS]);
    expect(JSON.stringify(states[0]?.Resource)).toMatch(/^\{"Ref":"MonitorWatch/);
    expect(JSON.stringify(states[1]?.Resource)).toMatch(/:execution:.*MonitorWatch.*:\*/);
  });

  test('no role has a managed policy', () => {
    const roles = Object.values(synthesise().template().findResources('AWS::IAM::Role'));

    expect(roles.filter((role) => role.Properties.ManagedPolicyArns !== undefined)).toEqual([]);
  });

  test.each([
    ['a topic made here', (stack: Stack) => ({ encryptionKey: new Key(stack, 'Key') })],
    ['an existing topic', (stack: Stack) => ({ topic: new Topic(stack, 'T', { masterKey: new Key(stack, 'Key') }) })],
  ])('the state machine may publish to %s with a customer key', (_, props) => {
    const actions = statementsOf(synthesise(props).template()).flatMap(({ Action }) => Action);

    expect(actions).toEqual(expect.arrayContaining(['sns:Publish', 'kms:GenerateDataKey*', 'kms:Decrypt']));
  });

  test('grantStart starts watches of this state machine only', () => {
    const { stack, monitor, template } = synthesise();
    const role = new Role(stack, 'Pipeline', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') });

    monitor.grantStart(role);

    const own = statementsOf(template(), 'Pipeline');
    expect(own).toEqual([
      expect.objectContaining({
        Action: ['states:StartExecution', 'states:DescribeStateMachine'],
        Resource: { Ref: expect.stringMatching('MonitorWatchStateMachine') },
      }),
      expect.objectContaining({ Action: READ_EXECUTIONS }),
    ]);
    expect(JSON.stringify(own[1]?.Resource)).toMatch(/:execution:.*MonitorWatch.*:\*/);
  });
});

describe('the resources', () => {
  const template = synthesise(() => ({ notifyEmails: ['ops@example.com'], notifyOn: 'problems' })).template();

  test('the function runs on Node.js 24, arm64, and logs JSON into a group of its own', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON', LogGroup: Match.anyValue() },
      TracingConfig: { Mode: 'Active' },
    });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  test('the state machine traces and logs, without the data of executions', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });

  test('no key is in the template', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', { SecretString: 'replace-me' });
  });

  test('an announced deployment starts a watch; events that cannot be processed reach the dead-letter queue', () => {
    const [queueId] = Object.keys(template.findResources('AWS::SQS::Queue'));
    const queueArn = { 'Fn::GetAtt': [queueId, 'Arn'] };

    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['flightcontrol'], 'detail-type': ['Deployment Triggered'] },
      Targets: [
        Match.objectLike({
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('StartWatch'), 'Arn'] },
          DeadLetterConfig: { Arn: queueArn },
          RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
        }),
      ],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('StartWatch') },
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    });
  });

  test('`problems` filters the e-mails', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Endpoint: 'ops@example.com',
      FilterPolicy: { outcome: ['FAILED', 'CANCELLED', 'TIMED_OUT', 'WATCH_FAILED'] },
    });
  });
});
