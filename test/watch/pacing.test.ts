import fc from 'fast-check';
import { DEPLOYMENT_STATUSES } from '../../lib/flightcontrol/statuses';
import { DEFAULT_PACING, secondsToLeaveAlone, secondsToNextLook } from '../../lib/watch/pacing';

const young = { elapsedSeconds: 10, remainingSeconds: 7000 };

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
  expect(secondsToNextLook({ status: 'DEPLOYING', elapsedSeconds: 6000, remainingSeconds: 7000 }, DEFAULT_PACING)).toBe(
    60,
  );
});

test('a throttling API is left alone for what it asked, or for a while', () => {
  expect(secondsToLeaveAlone({ ...young, status: null }, 50)).toBe(50);
  expect(secondsToLeaveAlone({ ...young, status: null }, undefined)).toBe(30);
});

test('a wait is a whole number of seconds, at least 1, and ends with the watch', () => {
  const anyMoment = fc.record({
    status: fc.constantFrom(null, 'A_NEW_STATUS', ...Object.keys(DEPLOYMENT_STATUSES)),
    elapsedSeconds: fc.double({ min: 0, max: 90_000, noNaN: true }),
    remainingSeconds: fc.double({ min: -1000, max: 90_000, noNaN: true }),
  });
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
