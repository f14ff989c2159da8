import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  ArnPrincipal,
  type IGrantable,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { DeploymentMonitor, type DeploymentMonitorProps, type IDeploymentMonitor } from '../../lib';
import { AwsWorld, KEY } from '../cli/aws-world';
import { HookServer, succeed } from '../support/hook-server';
import { STATE_MACHINE_ARN } from '../support/step-functions';

const SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:flightcontrol-AbCdEf';
const KEY_ARN = 'arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555';
const READ_EXECUTIONS = ['states:DescribeExecution', 'states:GetExecutionHistory'];

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

interface World {
  readonly stack: Stack;
  readonly role: Role;
}

function startWorld(): World {
  const stack = new Stack(new App(), 'Test', { env: { account: '123456789012', region: 'eu-west-1' } });
  return { stack, role: new Role(stack, 'Ci', { assumedBy: new AccountRootPrincipal() }) };
}

/** What the role may do. */
function statementsOf({ stack }: World): Statement[] {
  return Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('Ci'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[]);
}

function grantSetKey(props: (stack: Stack) => DeploymentMonitorProps = () => ({})): Statement[] {
  const world = startWorld();
  new DeploymentMonitor(world.stack, 'Monitor', props(world.stack)).grantSetKey(world.role);
  return statementsOf(world);
}

function grantStart(monitor: (stack: Stack) => IDeploymentMonitor): Statement[] {
  const world = startWorld();
  monitor(world.stack).grantStart(world.role);
  return statementsOf(world);
}

describe('grantSetKey', () => {
  const FUNCTION = { 'Fn::GetAtt': [expect.stringMatching(/^MonitorWatchPollDeployment/), 'Arn'] };
  const SECRET = { Ref: expect.stringMatching(/^MonitorApiKey/) };
  const ACTIONS = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'];

  test('allows what set-key calls, each on one resource, and nothing else', () => {
    expect(grantSetKey()).toEqual([
      {
        Effect: 'Allow',
        Action: 'states:DescribeStateMachine',
        Resource: { Ref: expect.stringMatching(/^MonitorWatchStateMachine/) },
      },
      {
        Effect: 'Allow',
        Action: 'lambda:GetFunctionConfiguration',
        Resource: [FUNCTION, { 'Fn::Join': ['', [FUNCTION, ':*']] }],
      },
      { Effect: 'Allow', Action: ACTIONS, Resource: SECRET },
    ]);
  });

  test('includes the customer managed key of the secret, through Secrets Manager only', () => {
    const [, , , useOfKey, ...others] = grantSetKey((stack) => ({ encryptionKey: new Key(stack, 'Key') }));

    expect(useOfKey).toEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    });
    expect(others).toEqual([]);
  });

  test('of an imported secret names its whole ARN, and the key that it is imported with', () => {
    const statements = grantSetKey((stack) => ({
      secret: Secret.fromSecretAttributes(stack, 'Secret', {
        secretCompleteArn: SECRET_ARN,
        encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
      }),
    }));

    expect(statements.slice(2)).toEqual([
      { Effect: 'Allow', Action: ACTIONS, Resource: SECRET_ARN },
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: KEY_ARN }),
    ]);
  });

  test.each<[string, (stack: Stack) => DeploymentMonitorProps]>([
    ['name', (stack) => ({ secret: Secret.fromSecretNameV2(stack, 'Secret', 'flightcontrol') })],
    [
      'partial ARN',
      (stack) => ({ secret: Secret.fromSecretPartialArn(stack, 'Secret', SECRET_ARN.replace(/-AbCdEf$/, '')) }),
    ],
  ])('of a secret imported by its %s matches the characters that Secrets Manager adds', (_name, props) => {
    const [, , secret] = grantSetKey(props);

    expect(JSON.stringify(secret?.Resource)).toMatch(
      /:secretsmanager:eu-west-1:123456789012:secret:flightcontrol-\?{6}"/,
    );
  });
});

describe('the functions', () => {
  const KEY_POLICY = {
    Action: 'kms:Decrypt',
    Resource: KEY_ARN,
    Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
  };

  test.each<[string, string, (stack: Stack) => DeploymentMonitorProps]>([
    [
      'the poll function',
      'PollDeployment',
      (stack) => ({
        secret: Secret.fromSecretAttributes(stack, 'Secret', {
          secretCompleteArn: SECRET_ARN,
          encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
        }),
      }),
    ],
    [
      'the webhook receiver',
      'Receiver',
      (stack) => ({ githubWebhook: true, encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) }),
    ],
  ])('%s may use the imported key of its secret, whose policy cannot be changed', (_name, role, props) => {
    const { stack } = startWorld();
    new DeploymentMonitor(stack, 'Monitor', props(stack));

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(KEY_POLICY)]) },
      Roles: [{ Ref: Match.stringLikeRegexp(role) }],
    });
  });
});

describe('grantStart', () => {
  test('allows starting watches, and reading executions of this state machine only', () => {
    const statements = grantStart(
      (stack) => new DeploymentMonitor(stack, 'Monitor', { stateMachineName: 'flightwatch' }),
    );

    expect(statements.map(({ Action }) => Action)).toEqual([
      ['states:StartExecution', 'states:DescribeStateMachine'],
      READ_EXECUTIONS,
    ]);
    expect(JSON.stringify(statements[1]?.Resource)).toMatch(
      /:states:eu-west-1:123456789012:execution:.*"Fn::GetAtt":\["MonitorWatchStateMachine\w+","Name"\].*":\*"/,
    );
  });

  test('of an imported monitor allows the same, by its ARN', () => {
    const statements = grantStart((stack) =>
      DeploymentMonitor.fromStateMachineArn(
        stack,
        'Monitor',
        'arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:flightwatch',
      ),
    );

    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: ['states:StartExecution', 'states:DescribeStateMachine'],
        Resource: 'arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:flightwatch',
      },
      {
        Effect: 'Allow',
        Action: READ_EXECUTIONS,
        Resource: 'arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:flightwatch:*',
      },
    ]);
  });

  test('warns if the state machine belongs to another account, where the permission has no effect', () => {
    const { stack, role } = startWorld();
    const arn = 'arn:aws:states:eu-west-1:999999999999:stateMachine:flightwatch';

    DeploymentMonitor.fromStateMachineArn(stack, 'Monitor', arn).grantStart(role);

    const text = 'belongs to the account 999999999999.*\\[ack: flightwatch:grantAccount\\]';
    Annotations.fromStack(stack).hasWarning('/Test/Monitor', Match.stringLikeRegexp(text));
  });

  test('warns of nothing where the account is the same, or known at deployment only', () => {
    const { stack, role } = startWorld();

    DeploymentMonitor.fromStateMachineArn(
      stack,
      'Same',
      'arn:aws:states:us-east-1:123456789012:stateMachine:flightwatch',
    ).grantStart(role);
    DeploymentMonitor.fromStateMachineArn(
      stack,
      'Unknown',
      `arn:aws:states:us-east-1:${new Stack().account}:stateMachine:flightwatch`,
    ).grantStart(role);

    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

describe.each(['grantStart', 'grantSetKey'] as const)('%s without an effect', (method) => {
  /** The warnings about the permission. */
  function warningsOf(grantee: (stack: Stack) => IGrantable): string[] {
    const { stack } = startWorld();
    const monitor = new DeploymentMonitor(stack, 'Monitor', { alarms: false });
    monitor[method](grantee(stack));
    return Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data));
  }

  test.each<[string, (stack: Stack) => IGrantable]>([
    ['role', (stack) => Role.fromRoleArn(stack, 'Other', 'arn:aws:iam::999999999999:role/ci')],
    ['principal', () => new AccountPrincipal('999999999999')],
  ])('warns of a %s of another account', (_kind, grantee) => {
    expect(warningsOf(grantee)).toEqual([
      `${method}: The state machine belongs to the account 123456789012, and the grantee to 999999999999: Step Functions ` +
        'lets no other account in, so the permission has no effect. Grant a role of 123456789012 that 999999999999 may ' +
        'assume. [ack: flightwatch:grantAccount]',
    ]);
  });

  test.each<[string, () => IGrantable]>([
    ['ServicePrincipal(codebuild.amazonaws.com)', () => new ServicePrincipal('codebuild.amazonaws.com')],
    ['ArnPrincipal(arn:aws:iam::123456789012:role/ci)', () => new ArnPrincipal('arn:aws:iam::123456789012:role/ci')],
  ])('warns of %s, which has no policy', (name, grantee) => {
    expect(warningsOf(grantee)).toEqual([
      `${method}: ${name} has no policy that the permission could be added to. Grant a role or a user. ` +
        '[ack: flightwatch:grantIgnored]',
    ]);
  });

  test('is none for a role of the account', () => {
    expect(warningsOf((stack) => Role.fromRoleArn(stack, 'Own', 'arn:aws:iam::123456789012:role/ci'))).toEqual([]);
  });
});

describe('the commands call nothing else', () => {
  let world: AwsWorld;
  let hook: HookServer;

  beforeEach(async () => {
    world = await AwsWorld.start();
    hook = await HookServer.start();
  });
  afterEach(async () => {
    await world.close();
    await hook.close();
  });

  /** What AWS is asked while these commands run. */
  async function callsOf(...commands: readonly (readonly string[])[]): Promise<string[]> {
    for (const command of commands) {
      const env = { FLIGHTCONTROL_DEPLOY_HOOK_URL: hook.url };
      const { exitStatus } = await world.run([...command, '--state-machine-arn', STATE_MACHINE_ARN], {
        env,
        stdin: KEY,
      });
      expect([command, exitStatus]).toEqual([command, 0]);
    }
    return [...new Set(world.aws.calls)].sort();
  }

  function actionsIn(statements: readonly Statement[]): string[] {
    return statements
      .flatMap(({ Action }) => Action)
      .map((action) => action.replace(/^\w+:/, ''))
      .sort();
  }

  test('start, watch and trigger, with grantStart', async () => {
    hook.answer = succeed({ success: true, deploymentId: 'clx3' });

    // The second watch of clx1 finds a verdict.
    const calls = await callsOf(['start', 'clx2'], ['watch', 'clx1'], ['watch', 'clx1'], ['trigger']);

    expect(calls).toEqual(actionsIn(grantStart((stack) => new DeploymentMonitor(stack, 'Monitor'))));
  });

  test('set-key, with grantSetKey', async () => {
    expect(await callsOf(['set-key', '--check', 'clx1'])).toEqual(actionsIn(grantSetKey()));
  });
});
