import { describeBrokenWatch, isBroken } from '../../lib/watch/broken-watch';
import type { Look } from '../../lib/watch/look';

const look: Look = {
  outcome: 'IN_PROGRESS',
  status: 'BUILDING',
  services: ['web-api: BUILDING'],
  reason: 'BUILDING: build phase',
  waitSeconds: 15,
  deployment: {
    environment: { id: 'e1', givenId: 'production' },
    repository: { url: 'https://github.com/o/r', branch: 'main' },
    createdAt: '2023-01-09T22:10:02.381Z',
  },
  phases: [
    { status: 'INPROGRESS', from: '2023-01-09T22:10:06.000Z' },
    { status: 'BUILDING', from: '2023-01-09T22:10:21.400Z' },
  ],
  outage: null,
  usualSeconds: null,
  usualAsked: false,
  plain: null,
  notification: null,
};

const aborted = {
  status: 'ABORTED' as const,
  executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:flightwatch:clx1-1',
  input: { deploymentId: 'clx1' },
  startedAt: new Date('2023-01-09T22:10:05.000Z'),
  endedAt: new Date('2023-01-09T22:15:05.000Z'),
  look,
};

test('the notification of an aborted watch holds everything that the watch found out', () => {
  const { subject, record, attributes, messages } = describeBrokenWatch(aborted);

  expect(subject).toBe('WATCH_FAILED: production, main');
  expect(record).toEqual({
    version: 1,
    outcome: 'WATCH_FAILED',
    deploymentId: 'clx1',
    status: 'BUILDING',
    reason: 'The watch was aborted before the deployment finished.',
    environment: { id: 'e1', givenId: 'production' },
    repository: { url: 'https://github.com/o/r', branch: 'main' },
    phases: [
      { status: 'INPROGRESS', from: '2023-01-09T22:10:06.000Z', seconds: 15 },
      { status: 'BUILDING', from: '2023-01-09T22:10:21.400Z', seconds: 284 },
    ],
    createdAt: '2023-01-09T22:10:02.381Z',
    watchStartedAt: '2023-01-09T22:10:05.000Z',
    endedAt: '2023-01-09T22:15:05.000Z',
    executionArn: aborted.executionArn,
  });
  expect(Object.keys(attributes).sort()).toEqual([
    'branch',
    'deploymentId',
    'environment',
    'outcome',
    'repository',
    'status',
  ]);
  expect(messages.email).toContain('If that was not intended, start the watch again.');
});

test('a watch that found out nothing has a notification, too', () => {
  const { subject, record } = describeBrokenWatch({
    ...aborted,
    look: null,
    input: undefined,
    error: null,
    cause: null,
  });

  expect(subject).toBe('WATCH_FAILED: unknown deployment');
  expect(record).not.toHaveProperty('deploymentId');
});

test.each([
  ['TIMED_OUT', undefined, undefined, "The watch hit the state machine's own time-out before the deployment"],
  [
    'FAILED',
    'States.Runtime',
    'A path\nwas not found.',
    'The watch broke inside Step Functions: States.Runtime: A path was',
  ],
  ['ABORTED', 'Cleanup', 'done by ops', 'The watch was aborted before the deployment finished: Cleanup: done'],
  [
    'ABORTED',
    'WatchStopped',
    'Stopped by ada',
    'The watch was aborted before the deployment finished: Stopped by ada.',
  ],
  ['ABORTED', 'WatchStopped', null, 'The watch was aborted before the deployment finished: WatchStopped.'],
] as const)('%s (%s) says what happened', (status, error, cause, reason) => {
  expect(describeBrokenWatch({ ...aborted, status, error, cause }).record.reason).toContain(reason);
});

test('a cause of any length is cut in the middle', () => {
  const cause = `start ${'x'.repeat(50_000)} end`;

  const { reason = '' } = describeBrokenWatch({ ...aborted, status: 'FAILED', error: 'States.Runtime', cause }).record;

  expect(reason.length).toBeLessThanOrEqual(500);
  expect(reason).toMatch(/^The watch broke.*start x+ \[...\] x+ end\.$/);
});

test.each([
  [{ status: 'ABORTED' }, true],
  [{ status: 'TIMED_OUT' }, true],
  [{ status: 'FAILED', error: 'States.Runtime' }, true],
  [{ status: 'FAILED', error: 'States.DataLimitExceeded' }, true],
  [{ status: 'FAILED', error: null }, true],
  [{ status: 'FAILED', error: 'DeploymentFailed' }, false],
  [{ status: 'FAILED', error: 'DeploymentCancelled' }, false],
  [{ status: 'FAILED', error: 'WatchTimedOut' }, false],
  [{ status: 'FAILED', error: 'WatchFailed' }, false],
  // It has an alarm of its own.
  [{ status: 'FAILED', error: 'NotificationFailed' }, false],
] as const)('%j is broken: %j', (execution, expected) => {
  expect(isBroken(execution)).toBe(expected);
});
