import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { HistoryWorld } from './history-world';

let world: HistoryWorld;

beforeEach(async () => {
  world = await HistoryWorld.start();
});
afterEach(() => world.close());

test.each(['status', 'history'])(
  '%s finds the table by the poll function, in whatever stack it is',
  async (command) => {
    await world.write({ minutesAgo: 5, outcome: 'SUCCEEDED' });

    const { exitStatus, stdout } = await world.run(command === 'status' ? [command] : [command, 'production']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain('SUCCEEDED');
    expect(world.aws.cloudFormation.calls).toEqual([]);
  },
);

test('the history may be switched off', async () => {
  world.deploy(undefined);

  const { exitStatus, stderr } = await world.run(['status']);

  expect(exitStatus).toBe(2);
  expect(stderr).toBe(
    'arn:aws:states:us-east-1:123456789012:stateMachine:flightwatch has no history: its setting history is false. Set it to true and deploy again, or pass --history-table with the name of another table.\n',
  );
});

test('the state machine may be none of Flightwatch', async () => {
  world.aws.environment = {};

  const { exitStatus, stderr } = await world.run(['status']);

  expect(exitStatus).toBe(2);
  expect(stderr).toMatch(/^arn:\S+:flightwatch is not a Flightwatch state machine: pass the ARN .+\n$/);
});

test.each(['DescribeStateMachine', 'GetFunctionConfiguration'])(
  'without %s, the permissions are named, and --history-table needs none of them',
  async (call) => {
    world.aws.faults[call] = [{ status: 403, type: 'AccessDeniedException', message: 'not authorized' }];
    await world.write({ minutesAgo: 5, outcome: 'SUCCEEDED' });

    const denied = await world.run(['status']);
    world.aws.calls.length = 0;
    const named = await world.run(['status', '--history-table', 'history']);

    expect(denied.exitStatus).toBe(2);
    expect(denied.stderr).toMatch(
      /^AWS denied this call .* needs states:DescribeStateMachine and lambda:GetFunctionConfiguration; without them, pass its name with --history-table\.\n$/,
    );
    expect(named.stdout).toContain('production');
    expect(world.aws.calls).not.toContain(call);
  },
);

test('the table may not exist', async () => {
  const { exitStatus, stderr } = await world.run(['status', '--history-table', 'other']);

  expect(exitStatus).toBe(2);
  expect(stderr).toMatch(/^There is no table other in this account and region: /);
});

test('the table may be denied', async () => {
  world.aws.faults.Query = [{ status: 400, type: 'AccessDeniedException', message: 'not authorized' }];

  const { exitStatus, stderr } = await world.run(['status'], { env: { AWS_ENDPOINT_URL_DYNAMODB: world.aws.url } });

  expect(exitStatus).toBe(2);
  expect(stderr).toMatch(/^AWS denied this call .* Reading history needs dynamodb:Query\.\n$/);
});

test('the table may hold items that cannot be read, and texts that try to break the output', async () => {
  const hostile = { key: 'env-7', givenId: '::error::\u001b[2Jx\n##vso[task.complete]' };
  await world.write({
    minutesAgo: 5,
    outcome: 'FAILED',
    environment: hostile,
    more: { branch: '│\u0007\r\n::stop::' },
  });
  await world.table.dynamoDb.send(
    new PutItemCommand({
      TableName: 'history',
      Item: marshall({ pk: 'environments', sk: 'env-8', last: 'nonsense' }),
    }),
  );

  // The world's command checks that no runner finds a command.
  const { exitStatus, stdout } = await world.run(['status']);

  expect(exitStatus).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
});

test('--history-table takes the name of a table and no other text', async () => {
  const { exitStatus, stderr } = await world.run(['status', '--history-table', 'https://CANARY.example.com/x']);

  expect(exitStatus).toBe(2);
  expect(stderr).toBe('--history-table: got an address, expected the name of a DynamoDB table.\n');
});
