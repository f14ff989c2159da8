import fc from 'fast-check';
import { DEPLOYMENT_STATUSES } from '../../lib/flightcontrol/statuses';
import { DEFAULT_PACING, secondsToLeaveAlone, secondsToNextLook } from '../../lib/watch/pacing';

const young = { elapsedSeconds: 10, remainingSeconds: 7000, chance: 0.5 };

test.each([
  ['PENDING', DEFAULT_PACING.pendingSeconds],
  ['PENDING_DEPENDENCY', DEFAULT_PACING.pendingSeconds],
  ['INPROGRESS', DEFAULT_PACING.preparingSeconds],
  ['BUILDING', DEFAULT_PACING.buildingSeconds],
  ['PROVISIONING', DEFAULT_PACING.deployingSeconds],
  ['DEPLOYING', DEFAULT_PACING.deployingSeconds],
  ['A_NEW_STATUS', DEFAULT_PACING.deployingSeconds],
])('%s is asked about every %d s', (status, seconds) => {
  expect(secondsToNextLook({ ...young, status }, DEFAULT_PACING)).toBe(seconds);
});

test('an old watch asks less often', () => {
  const old = { status: 'DEPLOYING', elapsedSeconds: 6000, remainingSeconds: 7000, chance: 0.5 };

  expect(secondsToNextLook(old, DEFAULT_PACING)).toBe(18);
});

test('looks of many watches are spread, and their mean is what was set', () => {
  const chances = Array.from({ length: 101 }, (_, index) => index / 100);
  const intervals = chances.map((chance) =>
    secondsToNextLook({ ...young, status: 'BUILDING', chance }, DEFAULT_PACING),
  );
  const { buildingSeconds } = DEFAULT_PACING;

  expect(new Set(intervals).size).toBeGreaterThan(buildingSeconds / 3);
  expect(intervals.reduce((sum, seconds) => sum + seconds, 0) / intervals.length).toBeCloseTo(buildingSeconds, 1);
});

test('a look that costs a round of its own is waited for longer', () => {
  const withoutLinger = { ...DEFAULT_PACING, lingerSeconds: 0 };

  expect(secondsToNextLook({ ...young, status: 'BUILDING' }, withoutLinger)).toBe(
    Math.round(DEFAULT_PACING.buildingSeconds * 1.3),
  );
});

test('a throttling API is left alone for what it asked, or for a while, and never for less', () => {
  const never = { ...young, status: null, chance: 0 };

  expect(secondsToLeaveAlone(never, 50)).toBe(50);
  expect(secondsToLeaveAlone(never, undefined)).toBe(30);
  expect(secondsToLeaveAlone({ ...never, chance: 1 }, 50)).toBe(60);
});

const anyMoment = fc.record({
  status: fc.constantFrom(null, 'A_NEW_STATUS', ...Object.keys(DEPLOYMENT_STATUSES)),
  elapsedSeconds: fc.double({ min: 0, max: 90_000, noNaN: true }),
  remainingSeconds: fc.double({ min: -1000, max: 90_000, noNaN: true }),
  chance: fc.double({ min: 0, max: 1, noNaN: true }),
});

test('a wait is a whole number of seconds, at least 1, and ends with the watch', () => {
  fc.assert(
    fc.property(anyMoment, fc.option(fc.nat(), { nil: undefined }), (moment, retryAfter) => {
      for (const seconds of [secondsToNextLook(moment, DEFAULT_PACING), secondsToLeaveAlone(moment, retryAfter)]) {
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(Math.max(1, moment.remainingSeconds + 1));
      }
    }),
  );
});
