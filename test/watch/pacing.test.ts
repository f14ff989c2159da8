import fc from 'fast-check';
import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { DEPLOYMENT_STATUSES } from '../../lib/flightcontrol/statuses';
import type { Look } from '../../lib/watch/look';
import type { ProblemKind } from '../../lib/watch/outage';
import { type PacingContext, secondsAfterProblem, secondsToNextLook } from '../../lib/watch/pacing';
import { remainingSeconds } from '../../lib/watch/watch-context';

/** A watch of this age. */
function watchOf(elapsedSeconds: number, more: Partial<PacingContext> = {}): PacingContext {
  const startedAt = '2023-01-09T22:10:05.000Z';
  const now = new Date(Date.parse(startedAt) + elapsedSeconds * 1000);
  return { startedAt, now, timeoutMinutes: 120, pacing: DEFAULT_PACING, jitter: 0.5, previous: null, ...more };
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

describe('after a 429', () => {
  const after = (looks: number, retryAfterSeconds?: number, more: Partial<PacingContext> = {}) =>
    secondsAfterProblem({ kind: 'throttled', looks, retryAfterSeconds }, { ...young, jitter: 0, ...more });

  test('the next look waits as long as the API asks, and half a minute if it names no time', () => {
    expect(after(1, 50)).toBe(50);
    expect(after(1)).toBe(30);
    expect(after(1, 50, { jitter: 1 })).toBe(60);
  });

  test('a short time does not make looks more frequent than the pacing', () => {
    const building = { previous: { status: 'BUILDING' } as Look };

    expect(after(1, 0, building)).toBe(DEFAULT_PACING.buildingSeconds);
    expect(after(1, 1, { ...watchOf(6000), jitter: 0, ...building })).toBe(18);
  });

  test('the wait grows while 429s go on, up to five minutes or what the API asks', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((looks) => after(looks, 1))).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
    expect(after(9, 1000)).toBe(1000);
  });
});

test('other problems back off from 2 s to a minute', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 50].map((looks) =>
    secondsAfterProblem({ kind: 'unavailable', looks }, { ...young, jitter: 0 }),
  );

  expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
});

const anyProblem = fc.record({
  kind: fc.constantFrom('throttled', 'not found', 'unavailable', 'key refused') as fc.Arbitrary<ProblemKind>,
  looks: fc.integer({ min: 1, max: 100_000 }),
  retryAfterSeconds: fc.option(fc.nat(), { nil: undefined }),
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
    fc.property(anyStatus, anyWatch, anyProblem, (status, watch, problem) => {
      for (const seconds of [secondsToNextLook(status, watch), secondsAfterProblem(problem, watch)]) {
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(Math.max(1, remainingSeconds(watch) + 1));
      }
    }),
  );
});
