import fc from 'fast-check';
import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { DEPLOYMENT_STATUSES } from '../../lib/flightcontrol/statuses';
import { type PacingContext, secondsAfterThrottling, secondsToNextLook } from '../../lib/watch/pacing';
import { remainingSeconds } from '../../lib/watch/watch-context';

/** A watch of this age. */
function watchOf(elapsedSeconds: number, more: Partial<PacingContext> = {}): PacingContext {
  const startedAt = '2023-01-09T22:10:05.000Z';
  const now = new Date(Date.parse(startedAt) + elapsedSeconds * 1000);
  return { startedAt, now, timeoutMinutes: 120, pacing: DEFAULT_PACING, jitter: 0.5, ...more };
}

const young = watchOf(10);

test.each([
  ['PENDING', DEFAULT_PACING.pendingSeconds],
  ['PENDING_DEPENDENCY', DEFAULT_PACING.pendingSeconds],
  ['INPROGRESS', DEFAULT_PACING.preparingSeconds],
  ['BUILDING', DEFAULT_PACING.buildingSeconds],
  ['PROVISIONING', DEFAULT_PACING.deployingSeconds],
  ['DEPLOYING', DEFAULT_PACING.deployingSeconds],
  ['A_NEW_STATUS', DEFAULT_PACING.deployingSeconds],
])('%s is asked about every %d s', (status, seconds) => {
  expect(secondsToNextLook(status, young)).toBe(seconds);
});

test('an old watch looks less often', () => {
  expect(secondsToNextLook('DEPLOYING', watchOf(6000))).toBe(18);
});

test('looks of many watches are spread, and their mean is what was set', () => {
  const jitters = Array.from({ length: 101 }, (_, index) => index / 100);
  const intervals = jitters.map((jitter) => secondsToNextLook('BUILDING', { ...young, jitter }));
  const { buildingSeconds } = DEFAULT_PACING;

  expect(new Set(intervals).size).toBeGreaterThan(buildingSeconds / 3);
  expect(intervals.reduce((sum, seconds) => sum + seconds, 0) / intervals.length).toBeCloseTo(buildingSeconds, 1);
});

test('without lingering, intervals are longer', () => {
  const withoutLinger = { ...young, pacing: { ...DEFAULT_PACING, lingerSeconds: 0 } };

  expect(secondsToNextLook('BUILDING', withoutLinger)).toBe(Math.round(DEFAULT_PACING.buildingSeconds * 1.3));
});

test('a throttling API is left alone for at least as long as it asks, or for half a minute', () => {
  expect(secondsAfterThrottling({ ...young, jitter: 0 }, 50)).toBe(50);
  expect(secondsAfterThrottling({ ...young, jitter: 0 }, undefined)).toBe(30);
  expect(secondsAfterThrottling({ ...young, jitter: 1 }, 50)).toBe(60);
});

const anyStatus = fc.constantFrom(null, 'A_NEW_STATUS', ...Object.keys(DEPLOYMENT_STATUSES));

const anyWatch = fc
  .record({
    elapsedSeconds: fc.double({ min: 0, max: 90_000, noNaN: true }),
    timeoutMinutes: fc.integer({ min: 1, max: 1440 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ elapsedSeconds, ...more }) => watchOf(elapsedSeconds, more));

test('a wait is a whole number of seconds, at least 1, and ends with the watch', () => {
  fc.assert(
    fc.property(anyStatus, anyWatch, fc.option(fc.nat(), { nil: undefined }), (status, watch, retryAfter) => {
      for (const seconds of [secondsToNextLook(status, watch), secondsAfterThrottling(watch, retryAfter)]) {
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(Math.max(1, remainingSeconds(watch) + 1));
      }
    }),
  );
});
