import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { handler } from '../../lambda/record-outcome';
import { listEnvironments } from '../../lib/aws/environment-items';
import { historyEnvironment, recordEnvironment } from '../../lib/contract/environment';
import { type LocalHistoryTable, startHistoryTable } from '../support/history-table';
import { executionArn, STATE_MACHINE_ARN } from '../support/step-functions';

const SERVICE = { service: 'flightwatch' };

let table: LocalHistoryTable;
let written: Record<string, unknown>[];

beforeAll(async () => {
  table = await startHistoryTable();
  Object.assign(process.env, recordEnvironment.encode({ stateMachineName: 'flightwatch' }), {
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    // Otherwise the library does not write to the console that the test spies on.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
  });
});
beforeEach(() => {
  written = [];
  delete process.env.HISTORY_TABLE_NAME;
  jest.spyOn(console, 'log').mockImplementation((line: string) => {
    const { _aws, ...values } = JSON.parse(line) as Record<string, unknown>;
    written.push(values);
  });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => table.close());

function recordOf(outcome: string, environment: object = { givenId: 'production' }, more: object = {}) {
  return {
    version: 1,
    outcome,
    deploymentId: 'clx1',
    environment,
    watchStartedAt: '2026-01-01T01:00:10.000Z',
    endedAt: '2026-01-01T01:06:22.000Z',
    durationSeconds: 372,
    executionArn: executionArn(STATE_MACHINE_ARN, 'clx1-1'),
    ...more,
  };
}

async function deliver(detail: unknown, detailType = 'Deployment Finished') {
  written = [];
  await handler({ id: 'event-1', 'detail-type': detailType, detail });
  return written;
}

test.each(['SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT'])(
  'a watch is one sample of how long deployments took, by environment and outcome: %s',
  async (outcome) => {
    expect(await deliver(recordOf(outcome))).toEqual([
      { ...SERVICE, Environment: 'production', Outcome: outcome, DeploymentSeconds: 372 },
    ]);
  },
);

test('a watch that does not know how long the deployment took is counted on its own', async () => {
  const { durationSeconds, ...bare } = recordOf('SUCCEEDED');

  expect(await deliver(bare)).toEqual([
    { ...SERVICE, Environment: 'production', Outcome: 'SUCCEEDED', WatchesWithoutDuration: 1 },
  ]);
});

test('a watch that found no verdict counts for the alarm', async () => {
  const { deploymentId, environment, durationSeconds, ...bare } = recordOf('WATCH_FAILED');

  expect(await deliver(bare)).toEqual([
    { ...SERVICE, Environment: 'unknown', Outcome: 'WATCH_FAILED', WatchesWithoutDuration: 1 },
    { ...SERVICE, WatchesFailed: 1 },
  ]);
});

test('a test notification is no verdict and no watch: nothing is written', async () => {
  Object.assign(process.env, historyEnvironment.encode(table.tableName));
  const before = await listEnvironments(table);

  const written = await deliver(recordOf('FAILED', { id: 'test-environment' }, { test: true }));

  expect(written).toEqual([]);
  expect(await listEnvironments(table)).toEqual(before);
});

test('an execution that could not publish counts for the alarm', async () => {
  const detail = { status: 'FAILED', error: 'NotificationFailed' };

  expect(await deliver(detail, 'Step Functions Execution Status Change')).toEqual([
    { ...SERVICE, NotificationsFailed: 1 },
  ]);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['text', 'FAILED'],
  ['no outcome that is known', recordOf('EXPLODED')],
  ['a time that is none', recordOf('FAILED', {}, { endedAt: 'yesterday' })],
])('an event with %s brings one warning, which repeats nothing of it', async (_, detail) => {
  const warn = jest.spyOn(console, 'warn').mockImplementation();

  expect(await deliver(detail)).toEqual([]);

  expect(warn.mock.calls).toEqual([[{ message: 'an event does not say how a watch ended', eventId: 'event-1' }]]);
});

test.each<[string, unknown]>([
  ['too long for a key', 'x'.repeat(201)],
  ['no text', { $ne: null }],
  ['empty', ''],
])('a watch whose id is %s is counted, and no verdict is kept', async (_, deploymentId) => {
  expect(await deliver(recordOf('FAILED', {}, { deploymentId }))).toHaveLength(1);
});

describe('with a history', () => {
  beforeEach(() => Object.assign(process.env, historyEnvironment.encode(table.tableName)));

  const environment = (name: string) => ({ id: name, givenId: 'production' });

  test('a verdict is written, and counted once however often it is delivered', async () => {
    const event = recordOf('SUCCEEDED', environment('env-1'));

    expect(await deliver(event)).toHaveLength(1);
    expect(await deliver(event)).toEqual([]);

    const last = { deploymentId: 'clx1', outcome: 'SUCCEEDED', environment: { key: 'env-1', givenId: 'production' } };
    expect((await listEnvironments(table)).environments).toContainEqual(
      expect.objectContaining({ last: expect.objectContaining(last), trend: 'first' }),
    );
  });

  test('what is no verdict is counted, and not written', async () => {
    expect(await deliver(recordOf('TIMED_OUT', environment('env-2')))).toHaveLength(1);

    const known = (await listEnvironments(table)).environments.map(({ last }) => last.environment.key);
    expect(known).not.toContain('env-2');
  });

  test('a summary that cannot be written fails the function, and the retry does not count again', async () => {
    const event = recordOf('FAILED', environment('env-3'));
    const original = DynamoDBClient.prototype.send as (command: unknown) => Promise<unknown>;
    const send = jest.spyOn(DynamoDBClient.prototype, 'send');
    send.mockImplementation(async function (this: DynamoDBClient, command: unknown) {
      const isSummary = command instanceof PutItemCommand && command.input.Item?.pk?.S === 'environments';
      if (isSummary) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
      return original.call(this, command as never);
    });

    await expect(deliver(event)).rejects.toThrow('slow down');
    expect(written).toHaveLength(1);
    send.mockRestore();

    expect(await deliver(event)).toEqual([]);
    expect((await listEnvironments(table)).environments.map(({ last }) => last.environment.key)).toContain('env-3');
  });
});

describe('the name of an environment', () => {
  async function dimensionOf(environment: object): Promise<string> {
    const [watch] = await deliver(recordOf('SUCCEEDED', environment));
    return String(watch?.Environment);
  }

  test.each([
    ['production', 'production'],
    ['My Environment (1): eu/west', 'My Environment (1): eu/west'],
    ['生产', '%E7%94%9F%E4%BA%A7'],
    ['🚀 launch', '%F0%9F%9A%80 launch'],
    ['tab\there', 'tab%09here'],
    ['café', 'caf%C3%A9'],
    ['100%', '100%25'],
    [' ', '%20'],
    [' padded ', '%20padded%20'],
    ['\ud800', '%EF%BF%BD'],
  ])('%j becomes the dimension %j', async (givenId, dimension) => {
    expect(await dimensionOf({ givenId })).toBe(dimension);
  });

  test('is the same for all preview environments', async () => {
    expect(await dimensionOf({ givenId: 'pr-12', id: 'clcp12', preview: true })).toBe('previews');
    expect(await dimensionOf({ givenId: 'pr-13', id: 'clcp13', preview: true })).toBe('previews');
    expect(await dimensionOf({ givenId: 'production', preview: false })).toBe('production');
  });

  test('is the id if it has no other, and unknown if there is no id', async () => {
    expect(await dimensionOf({ id: 'clcp1' })).toBe('clcp1');
    expect(await dimensionOf({})).toBe('unknown');
  });

  test('of any length and any characters is a dimension that CloudWatch takes', async () => {
    for (const givenId of ['a'.repeat(200), '生'.repeat(200), '🚀'.repeat(100), '\u0000'.repeat(200)]) {
      const dimension = await dimensionOf({ givenId });
      expect(dimension).toMatch(/^[\x20-\x7e]{1,255}$/);
      expect(dimension).toMatch(/\S/);
    }
  });

  test('differs where the names differ, also behind its 255th character', async () => {
    const long = '生'.repeat(199);

    expect(await dimensionOf({ givenId: `${long}1` })).not.toBe(await dimensionOf({ givenId: `${long}2` }));
    expect(await dimensionOf({ givenId: 'caf%C3%A9' })).not.toBe(await dimensionOf({ givenId: 'café' }));
  });
});
