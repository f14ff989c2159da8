import { handler } from '../../lambda/report-broken-watch';
import type { ExecutionStatusChange } from '../../lib/aws/execution-status-change';
import { OUTCOMES } from '../../lib/contract/outcomes';
import { STATES } from '../../lib/contract/states';
import type { Look } from '../../lib/watch/look';
import { NOTIFICATIONS } from '../support/notifications';
import { type Execution, endedExecution, executionArn } from '../support/step-functions';
import { REPORTS, serveWatchdog, WATCHES } from '../support/watchdog-server';

const look: Partial<Look> = {
  outcome: 'IN_PROGRESS',
  status: 'BUILDING',
  services: [],
  deployment: { environment: { givenId: 'production' }, repository: { branch: 'main' } },
};

const server = serveWatchdog();

/** The watch of `clx1` left these states and passed on these looks. */
function serveWatch(...states: Parameters<typeof endedExecution>[0]): Execution {
  const execution = endedExecution(states);
  server().executions.set('clx1-1', execution);
  return execution;
}

/** Name and input of each report. */
function reports() {
  const executions = [...server().stepFunctions.executionsOf(REPORTS)];
  return executions.map(([name, { input }]) => ({ name, input: JSON.parse(input) as unknown }));
}

function statusChange(detail: Partial<ExecutionStatusChange['detail']> = {}): ExecutionStatusChange {
  return {
    detail: {
      executionArn: executionArn(WATCHES, 'clx1-1'),
      stateMachineArn: WATCHES,
      name: 'clx1-1',
      status: 'ABORTED',
      startDate: 1673302205000,
      stopDate: 1673302505000,
      input: '{"deploymentId":"clx1"}',
      error: null,
      cause: null,
      ...detail,
    },
  };
}

test('an aborted watch is reported by an execution of its name, with what it had found out', async () => {
  serveWatch([STATES.begin, null], [STATES.poll, look]);

  await handler(statusChange());

  expect(reports()).toEqual([
    {
      name: 'clx1-1',
      input: {
        look: {
          notification: expect.objectContaining({
            subject: 'WATCH_FAILED: production, main',
            record: expect.objectContaining({ deploymentId: 'clx1', endedAt: '2023-01-09T22:15:05.000Z' }),
          }),
        },
      },
    },
  ]);
});

test('the same event delivered twice, also at the same time, reports once', async () => {
  serveWatch([STATES.poll, look]);

  await Promise.all([handler(statusChange()), handler(statusChange())]);
  await handler(statusChange());

  expect(reports()).toHaveLength(1);
});

test.each([
  ['without input', { input: null }],
  ['without any input', {}],
])('for an event %s, the input is read from the execution', async (_, detail) => {
  Object.assign(serveWatch([STATES.begin, null]), { input: '{"deploymentId":"clx9"}' });
  const event = statusChange(detail);
  if (!('input' in detail)) delete (event.detail as { input?: unknown }).input;

  await handler(event);

  expect(reports()[0]?.input).toMatchObject({ look: { notification: { record: { deploymentId: 'clx9' } } } });
});

test.each<[string, Partial<ExecutionStatusChange['detail']>]>([
  ['of another state machine', { stateMachineArn: `${WATCHES}-other` }],
  ['of a report', { stateMachineArn: REPORTS }],
  ['that succeeded', { status: 'SUCCEEDED' }],
  ['that runs', { status: 'RUNNING' }],
  ['that published a failure', { status: 'FAILED', error: 'DeploymentFailed' }],
  ['that could not publish', { status: 'FAILED', error: 'NotificationFailed' }],
])('an execution %s is not reported', async (_, detail) => {
  serveWatch([STATES.poll, look]);

  await handler(statusChange(detail));

  expect(reports()).toEqual([]);
  expect(server().calls).toEqual([]);
});

const NOTIFY_STATES = [
  STATES.notifySuccess,
  STATES.notifyFailure,
  STATES.notifyCancellation,
  STATES.notifyTimeOut,
  STATES.notifyWatchFailure,
];

test.each(NOTIFY_STATES)('a watch that was aborted after %s is not reported: it has published', async (state) => {
  serveWatch([STATES.poll, look], [state, look]);

  await handler(statusChange());

  expect(reports()).toEqual([]);
});

describe('a watch that had found an outcome and could not publish it', () => {
  test.each(OUTCOMES)('%s: its own notification is published in its place', async (outcome) => {
    serveWatch([STATES.poll, look], [STATES.poll, { ...look, outcome, notification: NOTIFICATIONS[outcome] }]);

    await handler(statusChange());

    expect(reports()).toEqual([{ name: 'clx1-1', input: { look: { notification: NOTIFICATIONS[outcome] } } }]);
    expect(server().calls).toEqual(['GetExecutionHistory', 'StartExecution']);
  });

  test.each([
    { status: 'TIMED_OUT', error: 'States.Timeout' },
    { status: 'FAILED', error: 'States.Runtime' },
  ])('%j: the outcome is reported', async (end) => {
    serveWatch(
      [STATES.poll, { ...look, outcome: 'FAILED', notification: NOTIFICATIONS.FAILED }],
      [STATES.finished, null],
    );

    await handler(statusChange(end));

    expect(reports()[0]?.input).toEqual({ look: { notification: NOTIFICATIONS.FAILED } });
  });
});

test('a watch that was aborted in a state behind its Notify state is not reported: it has published', async () => {
  const found = { ...look, outcome: 'FAILED' as const, notification: NOTIFICATIONS.FAILED };
  serveWatch([STATES.poll, found], [STATES.notifyFailure, found], ['Put Event', found]);

  await handler(statusChange());

  expect(reports()).toEqual([]);
});

test('a watch that broke is reported with its error', async () => {
  serveWatch([STATES.begin, null]);

  await handler(statusChange({ status: 'FAILED', error: 'States.Runtime', cause: 'no path' }));

  expect(reports()[0]?.input).toMatchObject({
    look: { notification: { record: { reason: 'The watch broke inside Step Functions: States.Runtime: no path.' } } },
  });
});

test('an error of Step Functions is thrown, so that Lambda retries', async () => {
  serveWatch([STATES.poll, look]);
  server().faults.StartExecution = [{ status: 400, type: 'StateMachineDeleting' }];

  await expect(handler(statusChange())).rejects.toMatchObject({ name: 'StateMachineDeleting' });
});
