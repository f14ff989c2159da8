import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { toVerdictItem } from '../../lib/aws/history-items';
import { parseJsonLines } from '../support/command';
import { HistoryWorld, PRODUCTION, verdict } from './history-world';

let world: HistoryWorld;

beforeEach(async () => {
  world = await HistoryWorld.start();
});
afterEach(() => world.close());

function writeAWeek(): Promise<void> {
  return world.write(
    { minutesAgo: 900, outcome: 'SUCCEEDED' },
    { minutesAgo: 800, outcome: 'SUCCEEDED' },
    { minutesAgo: 700, outcome: 'FAILED' },
    { minutesAgo: 600, outcome: 'FAILED' },
    { minutesAgo: 500, outcome: 'CANCELLED' },
    { minutesAgo: 400, outcome: 'SUCCEEDED' },
    { minutesAgo: 300, outcome: 'SUCCEEDED', more: { status: 'NO_CHANGE' } },
  );
}

test('the verdicts are listed with the newest first, and a success rate of those that count', async () => {
  await writeAWeek();

  const { exitStatus, stdout, stderr } = await world.run(['history', 'production']);

  expect(stderr).toBe('');
  expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '<time>          ').split('\n')).toEqual([
    'ended (UTC)       verdict                                took  commit              deployment',
    '<time>            SUCCEEDED (NO_CHANGE)                  5m    01e573f2198f, main  deploy-env-1-300',
    '<time>            SUCCEEDED, recovered after 2 failures  5m    01e573f2198f, main  deploy-env-1-400',
    '<time>            CANCELLED                              5m    01e573f2198f, main  deploy-env-1-500',
    '<time>            FAILED, 2nd failure in a row           5m    01e573f2198f, main  deploy-env-1-600',
    '<time>            FAILED                                 5m    01e573f2198f, main  deploy-env-1-700',
    '<time>            SUCCEEDED                              5m    01e573f2198f, main  deploy-env-1-800',
    '<time>            SUCCEEDED, first verdict               5m    01e573f2198f, main  deploy-env-1-900',
    'production: 3 of 5 succeeded (60 %), usually in 5m.',
    '',
  ]);
  expect(exitStatus).toBe(0);
});

test('the environment may be named by its id', async () => {
  await writeAWeek();

  expect((await world.run(['history', 'env-1'])).stdout).toContain('production: 3 of 5 succeeded');
});

test('--limit lists fewer, says that there are more, and knows the trend of the oldest', async () => {
  await writeAWeek();

  const { stdout } = await world.run(['history', 'production', '--limit', '2']);

  expect(stdout).toContain('recovered after 2 failures');
  expect(stdout).not.toContain('CANCELLED');
  expect(stdout).toMatch(
    /\nproduction: 1 of 1 succeeded \(100 %\), usually in 5m\. There are older verdicts: raise --limit\.\n$/,
  );
});

test('a thousand verdicts are read page by page', async () => {
  const many = Array.from({ length: 1002 }, (_, index) =>
    verdict({ minutesAgo: index * 10, outcome: 'SUCCEEDED', more: { branch: 'x'.repeat(2000) } }),
  );
  await Promise.all(
    many.map((item) =>
      world.table.dynamoDb.send(new PutItemCommand({ TableName: 'history', Item: marshall(toVerdictItem(item)) })),
    ),
  );
  await world.write({ minutesAgo: 0, outcome: 'SUCCEEDED' });

  const { stdout } = await world.run(['history', 'production', '--limit', '1000', '--json']);

  const ids = parseJsonLines(stdout).map(({ deploymentId }) => deploymentId);
  expect(ids).toEqual(many.slice(0, 1000).map(({ deploymentId }) => deploymentId));
});

test('--json prints one object for each verdict', async () => {
  await writeAWeek();

  const { stdout } = await world.run(['history', 'production', '--json', '--limit', '3']);

  expect(parseJsonLines(stdout)).toEqual([
    expect.objectContaining({ deploymentId: 'deploy-env-1-300', outcome: 'SUCCEEDED', status: 'NO_CHANGE' }),
    expect.objectContaining({ deploymentId: 'deploy-env-1-400', trend: 'recovered', failuresInARow: 2 }),
    expect.objectContaining({ deploymentId: 'deploy-env-1-500', outcome: 'CANCELLED', environment: PRODUCTION }),
  ]);
});

test('what is older than an item that cannot be read is not known, and the command says so', async () => {
  await writeAWeek();
  const { startedAt } = verdict({ minutesAgo: 650, outcome: 'FAILED' });
  const nonsense = { pk: 'environment#env-1', sk: `${startedAt}#later`, outcome: 'EXPLODED' };
  await world.table.dynamoDb.send(new PutItemCommand({ TableName: 'history', Item: marshall(nonsense) }));

  const { exitStatus, stdout, stderr } = await world.run(['history', 'production']);

  expect(exitStatus).toBe(0);
  expect(stdout).toContain('production: 1 of 2 succeeded (50 %)');
  expect(stderr).toBe('The verdicts before these cannot be read by this version.\n');
});

test('an environment whose deployments do not count has no rate', async () => {
  await world.write({ minutesAgo: 5, outcome: 'CANCELLED' });

  expect((await world.run(['history', 'production'])).stdout).toMatch(/\nproduction: 0 of 0 succeeded\.\n$/);
});

describe('an environment that cannot be found', () => {
  test('is answered with those that exist, the nearest first', async () => {
    const environments = ['staging', 'production', 'qa'].map((givenId) => ({ key: `env-${givenId}`, givenId }));
    await world.write(
      ...environments.map((environment) => ({ minutesAgo: 5, outcome: 'SUCCEEDED' as const, environment })),
    );

    const { exitStatus, stderr } = await world.run(['history', 'prodction']);

    expect(exitStatus).toBe(2);
    expect(stderr).toBe('environment: got "prodction", expected one of production, staging, qa.\n');
  });

  test('is answered with the nearest ten of many', async () => {
    const environments = Array.from({ length: 15 }, (_, index) => ({ key: `env-${index}`, givenId: `pr-${index}` }));
    await world.write(
      ...environments.map((environment) => ({ minutesAgo: 5, outcome: 'SUCCEEDED' as const, environment })),
    );

    const { stderr } = await world.run(['history', 'pr-99']);

    expect(stderr).toMatch(/, expected one of (pr-\d+(, )?){10} or 5 others\.\n$/);
  });

  test('is answered with the ids if two projects call theirs the same', async () => {
    await world.write(
      { minutesAgo: 5, outcome: 'SUCCEEDED' },
      { minutesAgo: 5, outcome: 'SUCCEEDED', environment: { ...PRODUCTION, key: 'env-9' } },
    );

    const { exitStatus, stderr } = await world.run(['history', 'production']);

    expect(exitStatus).toBe(2);
    expect(stderr).toBe('environment: 2 environments are called production, pass the id of one: env-1, env-9.\n');
  });

  test('may be a credential by mistake, which is not repeated', async () => {
    const { stderr } = await world.run(['history', 'https://example.com/CANARY']);

    expect(stderr).toBe('environment: got an address, but no environment has a verdict yet.\n');
  });
});

test.each(['0', '1001', '-1', '2.5', 'all', ''])('--limit %p is refused', async (limit) => {
  const { exitStatus, stderr } = await world.run(['history', 'production', `--limit=${limit}`]);

  expect(exitStatus).toBe(2);
  expect(stderr).toMatch(/^--limit: got .+, expected an integer from 1 to 1000\.\n$/);
});

test('the table alone is enough, without a state machine', async () => {
  await writeAWeek();
  const env = { FLIGHTWATCH_STATE_MACHINE_ARN: '' };

  const { stdout } = await world.run(['history', 'production', '--history-table', 'history'], { env });

  expect(stdout).toContain('production: 3 of 5 succeeded');
  expect([...world.aws.calls, ...world.aws.cloudFormation.calls]).toEqual([]);
});
