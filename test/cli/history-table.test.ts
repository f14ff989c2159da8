import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { HistoryWorld } from './history-world';

let world: HistoryWorld;

beforeEach(async () => {
  world = await HistoryWorld.start();
});
afterEach(() => world.close());

test('the table may be switched off, or the stack older', async () => {
  world.outputs({ StateMachineArn: 'arn' });

  const { exitStatus, stderr } = await world.run(['status']);

  expect(exitStatus).toBe(2);
  expect(stderr).toBe(
    "The stack of arn:aws:states:us-east-1:123456789012:stateMachine:flightwatch has no output HistoryTableName: its setting history is false, or it was deployed before there was one. Set history to true and deploy it again, or pass --history-table with the name of your own stack's table.\n",
  );
});

test('the table may be in a stack of its own', async () => {
  world.aws.cloudFormation.stacks.Flightwatch = { resources: [], outputs: {} };
  await world.write({ minutesAgo: 5, outcome: 'SUCCEEDED' });

  const unknown = await world.run(['status']);
  const named = await world.run(['status', '--history-table', 'history']);

  expect(unknown.stderr).toMatch(/^No stack has arn:\S+ as a resource: pass --history-table /);
  expect(named.stdout).toContain('production');
});

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
