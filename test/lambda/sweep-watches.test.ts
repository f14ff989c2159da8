import { handler as report } from '../../lambda/report-broken-watch';
import { handler as sweep } from '../../lambda/sweep-watches';
import { STATES } from '../../lib/contract/states';
import { NOTIFICATIONS } from '../support/notifications';
import { type Execution, endedExecution, executionArn } from '../support/step-functions';
import { REPORTS, serveWatchdog, WATCHES } from '../support/watchdog-server';

const LOOK = { outcome: 'IN_PROGRESS', status: 'BUILDING', services: [], deployment: null, notification: null };
const FOUND = { ...LOOK, outcome: 'FAILED', notification: NOTIFICATIONS.FAILED };

const server = serveWatchdog();

function hoursAgo(hours: number): number {
  return Date.now() / 1000 - hours * 3600;
}

/** A watch that ended a minute ago, unless `end` says otherwise. */
function serveWatch(
  name: string,
  end: Partial<Execution>,
  states: Parameters<typeof endedExecution>[0] = [[STATES.poll, LOOK]],
) {
  const times = { startDate: hoursAgo(0.5), stopDate: hoursAgo(1 / 60) };
  server().executions.set(name, endedExecution(states, { ...times, ...end }));
}

function reports(): string[] {
  return [...server().stepFunctions.executionsOf(REPORTS).keys()].sort();
}

function reportOf(name: string): unknown {
  const { input = 'null' } = server().stepFunctions.executionsOf(REPORTS).get(name) ?? {};
  return JSON.parse(input);
}

test.each([
  ['ABORTED', { status: 'ABORTED' }, 'The watch was aborted before the deployment finished.'],
  [
    'TIMED_OUT',
    { status: 'TIMED_OUT' },
    "The watch hit the state machine's own time-out before the deployment finished.",
  ],
  [
    'FAILED',
    { status: 'FAILED', error: 'States.Runtime', cause: 'no path' },
    'The watch broke inside Step Functions: States.Runtime: no path.',
  ],
])('a watch that ended as %s, and whose event was lost, is found and reported', async (_, end, reason) => {
  serveWatch('clx1-1', { ...end, input: '{"deploymentId":"clx1"}' });

  await sweep();

  const record = expect.objectContaining({ outcome: 'WATCH_FAILED', deploymentId: 'clx1', reason });
  expect(reportOf('clx1-1')).toMatchObject({ look: { notification: { record } } });
});

test('a verdict that was found and not published is what is reported', async () => {
  serveWatch('clx1-1', { status: 'ABORTED' }, [[STATES.poll, FOUND]]);

  await sweep();

  expect(reportOf('clx1-1')).toEqual({ look: { notification: NOTIFICATIONS.FAILED } });
});

test.each<[string, Partial<Execution>]>([
  ['succeeded', { status: 'SUCCEEDED' }],
  ['runs', { status: 'RUNNING' }],
  ['failed with its own error', { status: 'FAILED', error: 'DeploymentFailed' }],
  ['could not publish, which has an alarm', { status: 'FAILED', error: 'NotificationFailed' }],
])('a watch that %s is left alone', async (_, end) => {
  serveWatch('clx1-1', end);

  await sweep();

  expect(reports()).toEqual([]);
});

test('a watch that was aborted after it had notified is left alone', async () => {
  serveWatch('clx1-1', { status: 'ABORTED' }, [
    [STATES.poll, FOUND],
    [STATES.notifyFailure, FOUND],
  ]);

  await sweep();

  expect(reports()).toEqual([]);
});

test('sweeps overlap, and meet the event, and still each watch is reported once', async () => {
  serveWatch('clx1-1', { status: 'ABORTED' });
  const detail = {
    executionArn: executionArn(WATCHES, 'clx1-1'),
    stateMachineArn: WATCHES,
    name: 'clx1-1',
    status: 'ABORTED',
    startDate: hoursAgo(0.5) * 1000,
    stopDate: hoursAgo(0) * 1000,
  };

  await Promise.all([sweep(), report({ detail }), sweep()]);
  await sweep();
  await report({ detail });

  expect(reports()).toEqual(['clx1-1']);
});

test('all pages are read, back to the start of the longest watch that may have ended lately', async () => {
  for (let index = 0; index < 7; index += 1) {
    serveWatch(`quick-${index}`, { status: 'FAILED', error: 'DeploymentFailed', startDate: hoursAgo(index / 10) });
  }
  serveWatch('longest-1', {
    status: 'FAILED',
    error: 'States.Runtime',
    startDate: hoursAgo(27.9),
    stopDate: hoursAgo(2.9),
  });

  await sweep();

  expect(reports()).toEqual(['longest-1']);
});

test('older pages are not read, and watches that ended long ago not described', async () => {
  for (let index = 0; index < 30; index += 1) {
    const startDate = hoursAgo(26 + 1.5 * index);
    serveWatch(`old-${index}`, { status: 'ABORTED', startDate, stopDate: startDate + 60 });
  }

  await sweep();

  expect(reports()).toEqual([]);
  // One page each of FAILED and TIMED_OUT, and of ABORTED the one that reaches back beyond 28 hours.
  expect(server().calls).toEqual(['ListExecutions', 'ListExecutions', 'ListExecutions']);
});

test('one watch that cannot be reported is thrown for a retry, and does not keep the others from being reported', async () => {
  serveWatch('clx1-1', { status: 'ABORTED' });
  serveWatch('clx2-1', { status: 'TIMED_OUT' });
  server().faults.StartExecution = [{ status: 400, type: 'StateMachineDeleting' }];

  await expect(sweep()).rejects.toThrow(
    /^1 of 2 watches could not be checked: arn:aws:states:.*:clx\d-1: StateMachineDeleting/,
  );
  expect(reports()).toHaveLength(1);

  await sweep();
  expect(reports()).toEqual(['clx1-1', 'clx2-1']);
});

test('throttling is thrown, so that Lambda retries', async () => {
  server().faults.ListExecutions = Array.from({ length: 5 }, () => ({ status: 400, type: 'ThrottlingException' }));

  await expect(sweep()).rejects.toMatchObject({ name: 'ThrottlingException' });
});

test.each(['FAILED', 'TIMED_OUT', 'ABORTED'])(
  'a report that ended as %s fails the sweep, which raises an alarm',
  async (status) => {
    serveWatch('clx1-1', { status: 'ABORTED' });
    await sweep();
    Object.assign(server().stepFunctions.executionsOf(REPORTS).get('clx1-1') ?? {}, { status });

    await expect(sweep()).rejects.toThrow(`its report ended as ${status}`);
  },
);
