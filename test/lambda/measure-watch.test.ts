import { handler } from '../../lambda/measure-watch';
import { measureEnvironment } from '../../lib/contract/environment';
import { STATES } from '../../lib/contract/states';
import type { Look } from '../../lib/watch/look';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { endedExecution, executionArn, STATE_MACHINE_ARN as WATCHES } from '../support/step-functions';

let aws: AwsServer;

beforeAll(async () => {
  aws = await AwsServer.start();
  Object.assign(process.env, awsEnvironment(aws), measureEnvironment.encode({ stateMachineName: 'flightwatch' }), {
    // Otherwise the library does not write to the console that the test spies on.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
  });
});
afterAll(() => aws.close());

async function measure(
  look: Partial<Look> | null,
  error: string | null,
  { stateMachineArn = WATCHES, status = 'FAILED' } = {},
) {
  const written: Record<string, unknown>[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => {
    written.push(JSON.parse(line) as Record<string, unknown>);
  });
  aws.stepFunctions.executionsOf(stateMachineArn).set('clx1-1', endedExecution([[STATES.poll, look]]));
  const arn = executionArn(stateMachineArn, 'clx1-1');
  const detail = { executionArn: arn, stateMachineArn, name: 'clx1-1', status, startDate: 0, error };
  await handler({ detail });
  return written.map(({ _aws, ...values }) => values);
}

afterEach(() => jest.restoreAllMocks());

function ended(outcome: string, environment: object = { givenId: 'production' }): Partial<Look> {
  const record = { outcome, environment, durationSeconds: 372 };
  return { notification: { record } } as unknown as Partial<Look>;
}

test('a watch is counted by environment and outcome, with how long the deployment took', async () => {
  expect(await measure(ended('FAILED'), 'DeploymentFailed')).toEqual([
    { service: 'flightwatch', Environment: 'production', Outcome: 'FAILED', Watches: 1, DeploymentSeconds: 372 },
    { service: 'flightwatch', WatchesFailed: 0, NotificationsFailed: 0 },
  ]);
});

test('failed watches, aborted watches and failed notifications count for the alarms', async () => {
  const failures = { service: 'flightwatch', WatchesFailed: 1, NotificationsFailed: 0 };

  expect((await measure(ended('WATCH_FAILED'), 'WatchFailed')).at(-1)).toEqual(failures);
  expect((await measure(null, null)).at(-1)).toEqual(failures);
  expect((await measure(ended('SUCCEEDED'), 'NotificationFailed')).at(-1)).toEqual({
    service: 'flightwatch',
    WatchesFailed: 0,
    NotificationsFailed: 1,
  });
});

test('a report does not count as a watch, but counts if it could not be published', async () => {
  expect(await measure(ended('WATCH_FAILED'), 'NotificationFailed', { stateMachineArn: `${WATCHES}-reports` })).toEqual(
    [{ service: 'flightwatch', WatchesFailed: 0, NotificationsFailed: 1 }],
  );
});

test.each(['ABORTED', 'TIMED_OUT'])(
  'a watch that ended as %s with an outcome counts by that outcome',
  async (status) => {
    const metrics = await measure(ended('SUCCEEDED'), null, { status });

    expect(metrics).toEqual([
      expect.objectContaining({ Outcome: 'SUCCEEDED', Watches: 1 }),
      expect.objectContaining({ WatchesFailed: 0, NotificationsFailed: 0 }),
    ]);
  },
);

describe('the name of an environment', () => {
  async function dimensionOf(environment: object): Promise<string> {
    const [watch] = await measure(ended('SUCCEEDED', environment), null);
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

  test('is the id if it is empty, and unknown if there is no id', async () => {
    expect(await dimensionOf({ givenId: '', id: 'clcp1' })).toBe('clcp1');
    expect(await dimensionOf({ givenId: '', id: '' })).toBe('unknown');
  });

  test('of any length and any characters is a dimension that CloudWatch takes', async () => {
    for (const givenId of ['a'.repeat(300), '生'.repeat(300), '🚀'.repeat(100), '\u0000'.repeat(300)]) {
      const dimension = await dimensionOf({ givenId });
      expect(dimension).toMatch(/^[\x20-\x7e]{1,255}$/);
      expect(dimension).toMatch(/\S/);
    }
  });

  test('differs where the names differ, also behind its 255th character', async () => {
    const long = 'a'.repeat(300);

    expect(await dimensionOf({ givenId: `${long}1` })).not.toBe(await dimensionOf({ givenId: `${long}2` }));
    expect(await dimensionOf({ givenId: 'caf%C3%A9' })).not.toBe(await dimensionOf({ givenId: 'café' }));
    expect(await dimensionOf({ givenId: 'a'.repeat(255) })).toBe('a'.repeat(255));
  });
});
