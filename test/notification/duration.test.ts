import { makeNotification } from '../../lib/notification/notification';
import type { WatchResult } from '../../lib/notification/record';

const FACTS = {
  executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:flightwatch:clx1-1',
  startedAt: '2023-01-09T22:10:05.000Z',
  now: new Date('2023-01-09T22:16:14.000Z'),
};

function notificationOf(createdAt: string | undefined, seenInProgress = true) {
  const deployment = { environment: {}, repository: {}, ...(createdAt !== undefined && { createdAt }) };
  const result: WatchResult = { outcome: 'SUCCEEDED', deploymentId: 'clx1', deployment, phases: [], seenInProgress };
  return makeNotification(result, FACTS);
}

test('a deployment took the time from its creation to the look that saw its end', () => {
  const { record, messages } = notificationOf('2023-01-09T22:10:02.000Z');

  expect(record.durationSeconds).toBe(372);
  expect(messages.email).toContain('6m 12s');
});

test.each([
  ['was created in the future', '2099-01-01T00:00:00.000Z', true],
  ['was created a second after the look', '2023-01-09T22:16:15.000Z', true],
  ['has no time of creation', undefined, true],
  ['has one that is no time', 'yesterday', true],
  ['had finished before the watch began', '2023-01-09T22:10:02.000Z', false],
])('how long a deployment took is left out if it %s', (_, createdAt, seenInProgress) => {
  const { record, messages } = notificationOf(createdAt, seenInProgress);

  expect(record).not.toHaveProperty('durationSeconds');
  expect(messages.email).not.toContain('Took');
});
