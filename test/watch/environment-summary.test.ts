import { summariseEnvironment } from '../../lib/watch/environment-summary';
import { pastVerdict as verdict } from '../support/past-verdict';

const COMPLETE = { isComplete: true };

test('an environment that fails says since when, how often, and what succeeded last', () => {
  const verdicts = [verdict(0, 'SUCCEEDED'), verdict(1, 'FAILED'), verdict(2, 'CANCELLED'), verdict(3, 'FAILED')];

  expect(summariseEnvironment(verdicts, COMPLETE)).toEqual({
    last: verdicts[3],
    trend: 'still failing',
    failuresInARow: 2,
    since: '2026-01-01T01:05:00.000Z',
    lastSuccess: { deploymentId: 'deploy-0', commit: 'c0ffee0', endedAt: '2026-01-01T00:05:00.000Z' },
  });
});

test('the order of the verdicts changes nothing', () => {
  const verdicts = [verdict(0, 'SUCCEEDED'), verdict(1, 'FAILED'), verdict(2, 'SUCCEEDED'), verdict(3, 'CANCELLED')];

  expect(summariseEnvironment(verdicts.toReversed(), COMPLETE)).toEqual(summariseEnvironment(verdicts, COMPLETE));
});

test('the newest verdict is shown even if it does not count', () => {
  const verdicts = [verdict(0, 'SUCCEEDED'), verdict(1, 'SUCCEEDED', { status: 'NO_CHANGE' })];

  expect(summariseEnvironment(verdicts, COMPLETE)).toMatchObject({
    last: { deploymentId: 'deploy-1', status: 'NO_CHANGE' },
    trend: 'first',
    since: '2026-01-01T00:05:00.000Z',
  });
});

test('how long it takes includes the newest deployment', () => {
  const verdicts = [300, 310, 320].map((durationSeconds, hour) => verdict(hour, 'SUCCEEDED', { durationSeconds }));

  expect(summariseEnvironment(verdicts, COMPLETE)).toMatchObject({ trend: 'healthy', usualSeconds: 310 });
});

test('the begin of a run that may be older than what was read is unknown', () => {
  const summary = summariseEnvironment([verdict(3, 'FAILED'), verdict(4, 'FAILED')], { isComplete: false });

  expect(summary).toMatchObject({ trend: 'still failing' });
  expect(summary).not.toHaveProperty('since');
  expect(summary).not.toHaveProperty('failuresInARow');
});

test('there is none without a verdict', () => {
  expect(summariseEnvironment([], COMPLETE)).toBeUndefined();
});
