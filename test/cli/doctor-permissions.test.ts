import { codeIn, readText, tableIn } from '../support/markdown';
import { AwsError, endedExecution } from '../support/step-functions';
import { DoctorWorld, FULL } from './doctor-world';

let world: DoctorWorld;

beforeAll(async () => {
  world = await DoctorWorld.start(FULL);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const DENIED: Readonly<Record<string, readonly [type: string, line: string, action: string]>> = {
  DescribeStackResources: ['AccessDenied', 'Stack', 'cloudformation:DescribeStackResources'],
  ListStackResources: ['AccessDenied', 'Stack', 'cloudformation:ListStackResources'],
  Invoke: ['AccessDeniedException', 'API key', 'lambda:InvokeFunction'],
  GetFunctionConfiguration: ['AccessDeniedException', 'History', 'lambda:GetFunctionConfiguration'],
  ListSubscriptionsByTopic: ['AuthorizationError', 'Notifications', 'sns:ListSubscriptionsByTopic'],
  GetSubscriptionAttributes: ['AuthorizationError', 'Notifications', 'sns:GetSubscriptionAttributes'],
  DescribeAlarms: ['AccessDenied', 'Alarms', 'cloudwatch:DescribeAlarms'],
  DescribeRule: ['AccessDeniedException', 'Rules', 'events:DescribeRule'],
  GetQueueAttributes: ['AccessDenied', 'Dead letters', 'sqs:GetQueueAttributes'],
  GetFunctionConcurrency: ['AccessDeniedException', 'Webhook receiver', 'lambda:GetFunctionConcurrency'],
  GetMetricStatistics: ['AccessDenied', 'GitHub events', 'cloudwatch:GetMetricStatistics'],
  Query: ['AccessDeniedException', 'History', 'dynamodb:Query'],
  ListExecutions: ['AccessDeniedException', 'Watches', 'states:ListExecutions'],
  GetAccountSettings: ['AccessDeniedException', 'Quotas', 'lambda:GetAccountSettings'],
  DescribeStateMachine: ['AccessDeniedException', 'State machine', 'states:DescribeStateMachine'],
};

describe('a permission that is denied is a line, not an end', () => {
  test.each(Object.entries(DENIED))('%s', async (call, [type, line, action]) => {
    const message = `User: ada is not authorized to perform: ${action} on resource: x`;
    world.aws.state.failures[call] = new AwsError(type, message, 403);

    const { exitStatus, wrong, findings } = await world.diagnose();

    const finding = wrong.find(({ name }) => name === line);
    expect(finding).toMatchObject({ state: 'unknown' });
    expect(`${finding?.found} ${finding?.todo}`).toContain(action);
    expect(findings.at(-1)?.name).toBe('Quotas');
    expect(exitStatus).toBe(1);
  });

  test('without a name from AWS, the permissions that are needed are named', async () => {
    world.aws.state.failures.DescribeRule = new AwsError('AccessDeniedException', 'no');

    expect((await world.diagnoseOne())?.todo).toContain('events:DescribeRule');
  });

  test('ListStateMachines', async () => {
    world.aws.state.failures.ListStateMachines = new AwsError('AccessDeniedException');

    const { wrong, exitStatus } = await world.diagnose();

    expect(wrong).toMatchObject([
      { name: 'State machine', state: 'unknown', todo: expect.stringContaining('--state-machine-arn') },
    ]);
    expect(exitStatus).toBe(1);
  });
});

/** The actions of the calls that DENIED does not name. */
const OTHERS: Readonly<Record<string, string>> = {
  DescribeExecution: 'states:DescribeExecution',
  DescribeStacks: 'cloudformation:DescribeStacks',
  GetFunctionUrlConfig: 'lambda:GetFunctionUrlConfig',
  ListStateMachines: 'states:ListStateMachines',
  ReceiveMessage: 'sqs:ReceiveMessage',
};

test('docs/operations.md names each permission that is used, and no other', async () => {
  world.aws.state.deadLetters.push({ Body: 'FAILED: production' });
  world.aws.executions.set('clx1-1', endedExecution([], { status: 'SUCCEEDED' }));
  await world.run(['--repository', 'acme/web']);
  const actions = new Map(Object.entries(DENIED).map(([call, [, , action]]) => [call, action]));
  // No permission allows or denies the first; the second is the poll function's.
  const used = new Set(world.aws.state.calls.filter((call) => !/^(GetCallerIdentity|GetSecretValue)$/.test(call)));

  const rows = tableIn(readText('docs/operations.md'), 'line', 'what is checked', 'permissions');
  const named = new Set(
    rows.flatMap(([, , cell = '']) => codeIn(cell)).filter((code) => /^(?!kms)\w+:\w+$/.test(code)),
  );
  expect([...named].sort()).toEqual([...used].map((call) => actions.get(call) ?? OTHERS[call] ?? call).sort());
});
