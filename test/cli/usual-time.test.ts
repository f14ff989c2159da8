import { describeUsualTime, formatAgo, isUnusuallySlow, usualSecondsLeft } from '../../lib/cli/usual-time';

const CREATED_AT = '2026-01-09T22:10:00.000Z';

function after(seconds: number): Date {
  return new Date(Date.parse(CREATED_AT) + seconds * 1000);
}

describe('what is usually left of a deployment', () => {
  test.each([
    [340, 0, 'usually 6 min more'],
    [340, 220, 'usually 2 min more'],
    [340, 281, 'usually 1 min more'],
    [340, 290, 'usually 50 sec more'],
    [340, 339.5, 'usually 10 sec more'],
    [340, 340, 'usually 5m 40s'],
    [340, 510, 'usually 5m 40s'],
    [340, 511, 'unusually slow: usually 5m 40s'],
    [8000, 0, 'usually 2.5 hr more'],
    [8000, 13_000, 'unusually slow: usually 2h 13m 20s'],
  ])('is told of one that usually takes %d s, after %d s: %s', (usualSeconds, elapsed, expected) => {
    expect(describeUsualTime({ usualSeconds, createdAt: CREATED_AT }, after(elapsed))).toBe(expected);
  });

  test('a short one is unusually slow only if it takes a minute more', () => {
    const time = { usualSeconds: 20, createdAt: CREATED_AT };

    expect([79, 80].map((elapsed) => isUnusuallySlow(time, after(elapsed)))).toEqual([false, true]);
  });

  test('is unknown without the usual duration, or without the time of creation', () => {
    expect(describeUsualTime({ usualSeconds: null, createdAt: CREATED_AT }, after(9))).toBeUndefined();
    expect(describeUsualTime({ usualSeconds: 340, createdAt: undefined }, after(9))).toBeUndefined();
    expect(isUnusuallySlow({ usualSeconds: null, createdAt: CREATED_AT }, after(9999))).toBe(false);
  });

  test('is at most the usual duration if the clocks of two machines differ', () => {
    expect(usualSecondsLeft({ usualSeconds: 340, createdAt: CREATED_AT }, after(-600))).toBe(340);
  });
});

test.each([
  [0, '0s ago'],
  [59.9, '59s ago'],
  [60, '1m ago'],
  [3599, '59m ago'],
  [3600, '1h ago'],
  [47.9 * 3600, '47h ago'],
  [48 * 3600, '2d ago'],
  [300 * 24 * 3600, '300d ago'],
  [-600, '0s ago'],
])('%d s ago is written as %s', (seconds, expected) => {
  expect(formatAgo(CREATED_AT, after(seconds))).toBe(expected);
});

test('a time that is no time is shown as it is', () => {
  expect(formatAgo('2026-99-09T22:10:00.000Z', after(0))).toBe('2026-99-09T22:10:00.000Z');
});
