import { GetExecutionHistoryCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type ExecutionStatusChange, handler } from '../../lambda/report-broken-watch';
import type { Look } from '../../lib/watch/look';
import { left, serveHistory } from '../support/history';

const WATCHES = 'arn:aws:states:eu-west-1:123456789012:stateMachine:flightwatch';
const REPORTS = 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports';
process.env.AWS_REGION = 'eu-west-1';
process.env.WATCH_STATE_MACHINE_ARN = WATCHES;
process.env.REPORT_STATE_MACHINE_ARN = REPORTS;

const look: Partial<Look> = {
  outcome: 'IN_PROGRESS',
  status: 'BUILDING',
  services: [],
  deployment: { environment: { givenId: 'production' }, repository: { branch: 'main' } },
};

function statusChange(detail: Partial<ExecutionStatusChange['detail']> = {}): ExecutionStatusChange {
  return {
    detail: {
      executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:flightwatch:clx1-1',
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

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

test('an aborted watch is reported by an execution of its name, with what it had found out', async () => {
  const { started } = serveHistory([left('Begin Watch', null), left('Poll Deployment', look)]);

  await handler(statusChange());

  expect(started).toEqual([
    {
      stateMachineArn: REPORTS,
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
  const { started } = serveHistory([left('Poll Deployment', look)]);

  await Promise.all([handler(statusChange()), handler(statusChange())]);
  await handler(statusChange());

  expect(started).toHaveLength(1);
});

test.each([
  ['without input', { input: null }],
  ['without any input', {}],
])('an event %s: the execution is asked', async (_, detail) => {
  const { started } = serveHistory([left('Begin Watch', null)], '{"deploymentId":"clx9"}');
  const event = statusChange(detail);
  if (!('input' in detail)) delete (event.detail as { input?: unknown }).input;

  await handler(event);

  expect(started[0]?.input).toMatchObject({ look: { notification: { record: { deploymentId: 'clx9' } } } });
});

test.each<[string, Partial<ExecutionStatusChange['detail']>]>([
  ['of another state machine', { stateMachineArn: `${WATCHES}-other` }],
  ['of a report', { stateMachineArn: REPORTS }],
  ['that succeeded', { status: 'SUCCEEDED' }],
  ['that runs', { status: 'RUNNING' }],
  ['that told of a failure', { status: 'FAILED', error: 'DeploymentFailed' }],
  ['that could not publish', { status: 'FAILED', error: 'NotificationFailed' }],
])('an execution %s is not reported', async (_, detail) => {
  const { started, client } = serveHistory([left('Poll Deployment', look)]);

  await handler(statusChange(detail));

  expect(started).toEqual([]);
  expect(client.commandCalls(GetExecutionHistoryCommand)).toHaveLength(0);
});

test('one that was aborted after it had told is not reported', async () => {
  const { started } = serveHistory([left('Poll Deployment', look), left('Notify Success', look)]);

  await handler(statusChange());

  expect(started).toEqual([]);
});

test('one that broke is reported with the error', async () => {
  const { started } = serveHistory([left('Begin Watch', null)]);

  await handler(statusChange({ status: 'FAILED', error: 'States.Runtime', cause: 'no path' }));

  expect(started[0]?.input).toMatchObject({
    look: { notification: { record: { reason: 'The watch broke inside Step Functions: States.Runtime: no path.' } } },
  });
});

test('what Step Functions refuses is thrown, so that Lambda tries again', async () => {
  const { client } = serveHistory([left('Poll Deployment', look)]);
  client.on(StartExecutionCommand).rejects(new Error('StateMachineDeleting'));

  await expect(handler(statusChange())).rejects.toThrow('StateMachineDeleting');
});
