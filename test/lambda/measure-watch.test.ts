import { handler } from '../../lambda/measure-watch';
import type { Look } from '../../lib/watch/look';
import { left, serveHistory } from '../support/history';

const WATCHES = 'arn:aws:states:eu-west-1:123456789012:stateMachine:flightwatch';
process.env.AWS_REGION = 'eu-west-1';
process.env.SERVICE = 'flightwatch';
// Otherwise the library writes past the console that the test listens to.
process.env.POWERTOOLS_DEV = 'true';
process.env.POWERTOOLS_METRICS_DISABLED = 'false';

async function measure(look: Partial<Look> | null, error: string | null, stateMachineArn = WATCHES) {
  const written: Record<string, unknown>[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => {
    written.push(JSON.parse(line) as Record<string, unknown>);
  });
  serveHistory([left('Poll Deployment', look)]);
  const detail = { executionArn: 'arn:x', stateMachineArn, name: 'clx1-1', status: 'FAILED', startDate: 0, error };
  await handler({ detail });
  return written.map(({ _aws, ...values }) => values);
}

afterEach(() => jest.restoreAllMocks());

function ended(outcome: string): Partial<Look> {
  const record = { outcome, environment: { givenId: 'production' }, durationSeconds: 372 };
  return { notification: { record } } as unknown as Partial<Look>;
}

test('a watch is counted by environment and outcome, with how long the deployment took', async () => {
  expect(await measure(ended('FAILED'), 'DeploymentFailed')).toEqual([
    { service: 'flightwatch', Environment: 'production', Outcome: 'FAILED', Watches: 1, DeploymentSeconds: 372 },
    { service: 'flightwatch', WatchesFailed: 0, NotificationsFailed: 0 },
  ]);
});

test('a watch that could not tell, one that was aborted, and a notification that could not be published count for the alarms', async () => {
  const failures = { service: 'flightwatch', WatchesFailed: 1, NotificationsFailed: 0 };

  expect((await measure(ended('WATCH_FAILED'), 'WatchFailed')).at(-1)).toEqual(failures);
  expect((await measure(null, null)).at(-1)).toEqual(failures);
  expect((await measure(ended('SUCCEEDED'), 'NotificationFailed')).at(-1)).toEqual({
    service: 'flightwatch',
    WatchesFailed: 0,
    NotificationsFailed: 1,
  });
});

test('a report is no watch, but counts if it could not be published', async () => {
  expect(await measure(ended('WATCH_FAILED'), 'NotificationFailed', `${WATCHES}-reports`)).toEqual([
    { service: 'flightwatch', WatchesFailed: 0, NotificationsFailed: 1 },
  ]);
});
