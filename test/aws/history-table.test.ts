import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { listEnvironments } from '../../lib/aws/environment-items';
import { queryVerdicts } from '../../lib/aws/history-table';
import { writeVerdict } from '../../lib/aws/write-verdict';
import type { NotificationRecord } from '../../lib/notification/record';
import { readVerdictOf, type StoredVerdict } from '../../lib/watch/stored-verdict';
import { type LocalHistoryTable, startHistoryTable } from '../support/history-table';
import { pastVerdict } from '../support/past-verdict';

let table: LocalHistoryTable;

beforeEach(async () => {
  table = await startHistoryTable();
});

afterEach(() => table.close());

function verdict(hour: number, outcome: StoredVerdict['outcome'], more: Partial<StoredVerdict> = {}): StoredVerdict {
  const past = pastVerdict(hour, outcome);
  return {
    ...past,
    watchEndedAt: more.endedAt ?? past.endedAt,
    executionArn: `arn:aws:states:us-east-1:123456789012:execution:flightwatch:deploy-${hour}-1`,
    environment: { key: 'env-1', givenId: 'production' },
    ...more,
  };
}

async function write(...verdicts: readonly StoredVerdict[]): Promise<void> {
  for (const item of verdicts) await writeVerdict(table, item);
}

/** Everything that the table holds, without the numbers of the writes. */
async function dump(): Promise<unknown> {
  const environments = await listEnvironments(table);
  return {
    environments,
    production: await queryVerdicts(table, 'env-1'),
    staging: await queryVerdicts(table, 'env-2'),
  };
}

describe('a record becomes a verdict', () => {
  const record: NotificationRecord = {
    version: 1,
    outcome: 'FAILED',
    deploymentId: 'deploy-1',
    environment: { id: 'env-1', givenId: 'production' },
    watchStartedAt: '2026-01-01T01:00:10.000Z',
    endedAt: '2026-01-01T01:05:00.000Z',
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:flightwatch:deploy-1-1',
  };

  test('by the start of its watch if the time of its creation is unknown', () => {
    expect(readVerdictOf(record)?.startedAt).toBe('2026-01-01T01:00:10.000Z');
    expect(readVerdictOf({ ...record, createdAt: '2026-01-01T01:00:00.000Z' })?.startedAt).toBe(
      '2026-01-01T01:00:00.000Z',
    );
  });

  test('under the given id of an environment without an id', () => {
    expect(readVerdictOf({ ...record, environment: { givenId: 'production' } })?.environment.key).toBe('production');
  });

  test.each<[string, Partial<NotificationRecord>]>([
    ['the environment is unknown', { environment: {} }],
    ['the watch timed out', { outcome: 'TIMED_OUT' }],
    ['the watch failed', { outcome: 'WATCH_FAILED' }],
  ])('unless %s', (_, more) => {
    expect(readVerdictOf({ ...record, ...more })).toBeUndefined();
  });
});

test('verdicts are read with the newest first, each environment on its own', async () => {
  const elsewhere = verdict(2, 'FAILED', { environment: { key: 'env-2', preview: true } });
  await write(verdict(1, 'SUCCEEDED'), verdict(3, 'FAILED'), elsewhere);

  expect(await queryVerdicts(table, 'env-1')).toEqual({
    verdicts: [verdict(3, 'FAILED'), verdict(1, 'SUCCEEDED')],
    isComplete: true,
  });
  expect((await listEnvironments(table)).environments).toEqual([
    expect.objectContaining({ last: verdict(3, 'FAILED'), trend: 'broke' }),
    expect.objectContaining({ last: elsewhere, trend: 'first' }),
  ]);
});

test('a query for what was before a deployment leaves out that deployment and later ones', async () => {
  await write(verdict(1, 'SUCCEEDED'), verdict(2, 'FAILED'), verdict(3, 'FAILED'));

  const { verdicts } = await queryVerdicts(table, 'env-1', { before: verdict(2, 'FAILED') });

  expect(verdicts).toEqual([verdict(1, 'SUCCEEDED')]);
});

test('a query that does not read everything says so', async () => {
  await write(verdict(1, 'SUCCEEDED'), verdict(2, 'FAILED'));

  expect(await queryVerdicts(table, 'env-1', { limit: 1 })).toEqual({
    verdicts: [verdict(2, 'FAILED')],
    isComplete: false,
  });
});

test('the order of arrival and repeated deliveries change nothing', async () => {
  const all = [verdict(1, 'SUCCEEDED'), verdict(2, 'FAILED'), verdict(3, 'FAILED'), verdict(4, 'SUCCEEDED')];
  await write(...all);
  const inOrder = await dump();
  await table.close();
  table = await startHistoryTable();

  await write(...[...all, ...all].toReversed());

  expect(await dump()).toEqual(inOrder);
});

test('a repeated verdict is recognised', async () => {
  const onFirst = jest.fn();

  await writeVerdict(table, verdict(1, 'FAILED'), onFirst);
  await writeVerdict(table, verdict(1, 'FAILED'), onFirst);

  expect(onFirst).toHaveBeenCalledTimes(1);
});

test('a deployment that is watched again has one verdict, the later one, in whichever order they arrive', async () => {
  const later = verdict(1, 'SUCCEEDED', { endedAt: '2026-01-01T02:00:00.000Z', executionArn: 'arn:later' });

  const onFirst = jest.fn();

  await writeVerdict(table, later, onFirst);
  await writeVerdict(table, verdict(1, 'FAILED'), onFirst);

  // The event of the first watch may be a redelivery: nothing tells.
  expect(onFirst).toHaveBeenCalledTimes(1);

  expect((await queryVerdicts(table, 'env-1')).verdicts).toEqual([later]);
  expect((await listEnvironments(table)).environments).toEqual([
    expect.objectContaining({ last: later, trend: 'first' }),
  ]);
});

test.each([
  ['in order', (watches: readonly StoredVerdict[]) => watches],
  ['the later one first', (watches: readonly StoredVerdict[]) => watches.toReversed()],
])('a verdict that is found again keeps when it was first seen, and how long it took: %s', async (_, arrange) => {
  const first = verdict(1, 'SUCCEEDED', { durationSeconds: 300 });
  const again = verdict(1, 'SUCCEEDED', { endedAt: '2026-02-01T00:00:00.000Z', executionArn: 'arn:again' });

  await write(...arrange([first, again]));

  expect((await queryVerdicts(table, 'env-1')).verdicts).toEqual([
    { ...again, endedAt: first.endedAt, durationSeconds: 300 },
  ]);
});

test('forty verdicts at once are all written', async () => {
  const verdicts = Array.from({ length: 40 }, (_, hour) => verdict(hour, 'FAILED'));

  await Promise.all(verdicts.map((item) => writeVerdict(table, item)));

  expect((await listEnvironments(table)).environments).toMatchObject([{ failuresInARow: 40 }]);
});

test('a verdict is in the summary, whatever the items before it are like', async () => {
  const nonsense = { pk: 'environment#env-1', sk: '2099', outcome: 'EXPLODED' };
  const broken = { pk: 'environments', sk: 'env-1', revision: 'seven' };
  for (const item of [nonsense, broken])
    await table.dynamoDb.send(new PutItemCommand({ TableName: table.tableName, Item: marshall(item) }));

  await write(verdict(1, 'FAILED'));

  expect((await listEnvironments(table)).environments).toMatchObject([{ last: { deploymentId: 'deploy-1' } }]);
});

test('texts from the table have no control characters', async () => {
  await write(verdict(1, 'FAILED', { branch: 'a\u001b[31mb\nc', environment: { key: 'env-1', givenId: 'x\u0007y' } }));

  expect((await queryVerdicts(table, 'env-1')).verdicts).toMatchObject([
    { branch: 'ab c', environment: { givenId: 'xy' } },
  ]);
});

test('verdicts that are written at the same time are all in the summary', async () => {
  const outcomes = ['SUCCEEDED', 'FAILED', 'FAILED', 'FAILED', 'FAILED'] as const;

  await Promise.all(outcomes.map((outcome, hour) => writeVerdict(table, verdict(hour, outcome))));

  expect((await listEnvironments(table)).environments).toEqual([
    expect.objectContaining({ trend: 'still failing', failuresInARow: 4, since: '2026-01-01T01:05:00.000Z' }),
  ]);
});

test('two deployments of the same second are both kept', async () => {
  const twin = verdict(1, 'FAILED', { deploymentId: 'another' });
  await write(verdict(1, 'SUCCEEDED'), twin);

  expect((await queryVerdicts(table, 'env-1')).verdicts).toEqual([verdict(1, 'SUCCEEDED'), twin]);
});

test('from an item on that cannot be read, nothing is known', async () => {
  await write(verdict(1, 'SUCCEEDED'), verdict(3, 'FAILED'));
  const nonsense = { pk: 'environment#env-1', sk: '2026-01-01T02:00:00.000Z#x', outcome: 'EXPLODED' };
  await table.dynamoDb.send(new PutItemCommand({ TableName: table.tableName, Item: marshall(nonsense) }));

  expect(await queryVerdicts(table, 'env-1')).toEqual({ verdicts: [verdict(3, 'FAILED')], isComplete: false });
});

test('a number beyond all numbers makes an item unreadable, not the reader fail', async () => {
  const Item = { ...marshall({ pk: 'environments', sk: 'env-9' }), usualSeconds: { N: '9'.repeat(38) } };
  await table.dynamoDb.send(new PutItemCommand({ TableName: table.tableName, Item }));

  expect(await listEnvironments(table)).toEqual({ environments: [], unreadable: 1 });
});

test('an item of a later version is read as far as it is known', async () => {
  const { pk, sk } = { pk: 'environment#env-1', sk: '2026-01-01T01:00:00.000Z#deploy-1' };
  const later = { pk, sk, ...verdict(1, 'FAILED'), mood: 'gloomy' };
  await table.dynamoDb.send(new PutItemCommand({ TableName: table.tableName, Item: marshall(later) }));

  expect((await queryVerdicts(table, 'env-1')).verdicts).toEqual([verdict(1, 'FAILED')]);
});

test('every item expires a year after its verdict', async () => {
  await write(verdict(1, 'FAILED'));

  const expiries = await Promise.all(['environment#env-1', 'environments'].map(readExpiry));

  expect(expiries).toEqual(Array(2).fill(Date.parse('2027-01-01T01:05:00.000Z') / 1000));
});

async function readExpiry(partition: string): Promise<number> {
  const { Items = [] } = await table.dynamoDb.send(
    new QueryCommand({
      TableName: table.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: partition } },
    }),
  );
  return Number(Items[0]?.expiresAt?.N);
}
