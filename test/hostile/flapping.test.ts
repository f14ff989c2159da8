import { DEFAULT_PACING, PACING_BOUNDS } from '../../lib/contract/pacing';
import { findBrokenPromises } from '../support/hostile-checks';
import { MAX_HISTORY_EVENTS } from '../support/hostile-step-functions';
import type { Fault, Story } from '../support/hostile-story';
import { LONGEST_BACKOFF_SECONDS } from '../support/hostile-waits';
import { type Played, playStory } from '../support/hostile-world';
import { isThorough } from '../support/thorough';
import { watch } from '../support/world';

const MINUTE = 60;
const DAY_SECONDS = 24 * 60 * MINUTE;

/** A deployment of 25 minutes. */
const DEPLOYMENT = [
  { seconds: 2 * MINUTE, status: 'INPROGRESS', services: [] },
  { seconds: 13 * MINUTE, status: 'BUILDING', services: ['BUILDING'] },
  { seconds: 10 * MINUTE, status: 'DEPLOYING', services: ['DEPLOYING'] },
];

/** An API that fails in this way for some of the requests, from the first to the last. */
function flapping(fault: Fault, percent: number, lingerSeconds: number): Story {
  return {
    timeoutMinutes: 120,
    pacing: { ...DEFAULT_PACING, lingerSeconds },
    latencySeconds: 0.3,
    phases: DEPLOYMENT,
    finalStatus: 'SUCCESS',
    faults: [{ from: 0, seconds: DAY_SECONDS, fault, share: percent / 100 }],
    abortAt: null,
    deliveries: 1,
    seed: percent,
  };
}

const LONGEST_REQUEST_SECONDS = 10;

/** Spread, and stretched where there is no lingering. */
const LONGEST_PACING_SECONDS = Math.max(...Object.values({ ...DEFAULT_PACING, lingerSeconds: 0 })) * 1.2 * 1.3;

function longestGap({ looks }: Played): number {
  return Math.max(...looks.slice(1).map(({ from }, index) => from - (looks[index]?.from ?? 0)));
}

const FAULTS = ['500', '502 in HTML', 'reset', 'cut body', 'HTML with 200', 'time-out'] as const;
const LONGEST_LINGER = PACING_BOUNDS.lingerSeconds.most;
const LINGERS = isThorough ? [0, 1, 30, 120, LONGEST_LINGER] : [0, 120];
const PERCENTS = isThorough ? [5, 10, 20] : [20];

describe.each(PERCENTS)('an API that fails for %d %% of the requests', (percent) => {
  const matrix = FAULTS.flatMap((fault) => LINGERS.map((linger) => [fault, linger] as const));

  test.each(matrix)('with %s, at a linger of %d s, costs delay and no verdict', async (fault, linger) => {
    const played = await playStory(flapping(fault, percent, linger));

    expect(findBrokenPromises(played)).toEqual([]);
    expect(played.records).toEqual([expect.objectContaining({ outcome: 'SUCCEEDED' })]);
    expect(longestGap(played)).toBeLessThanOrEqual(
      LONGEST_PACING_SECONDS + LONGEST_REQUEST_SECONDS + LONGEST_BACKOFF_SECONDS,
    );
  });
});

test.each([404, 401, 403])('one %d after good answers, over HTTP, ends no watch', async (status) => {
  const refusal = { status, json: { error: 'not now' } };

  const run = await watch({ script: ['BUILDING', 'BUILDING', refusal, 'BUILDING', 'SUCCESS'] });

  expect(run.execution.status).toBe('SUCCEEDED');
  expect(run.notifications).toEqual([expect.objectContaining({ outcome: 'SUCCEEDED' })]);
});

describe('the history of a watch that takes a day stays within its limit', () => {
  const FAST = { pendingSeconds: 1, preparingSeconds: 1, buildingSeconds: 1, deployingSeconds: 1 };
  const STEADY: Story['phases'] = [];
  /** Each look brings news, which make a round of its own. */
  const RESTLESS: Story['phases'] = Array.from({ length: DAY_SECONDS / 2 }, (_, index) => ({
    seconds: 2,
    status: 'BUILDING',
    services: [index % 2 === 0 ? 'BUILDING' : 'DEPLOYING'],
  }));
  const ALL_DAY = { from: 0, seconds: DAY_SECONDS };

  const DAYS: [string, number, Story['phases'], Story['faults']][] = [
    ['heavy flapping and news at each look', 1, RESTLESS, [{ ...ALL_DAY, fault: 'reset', share: 0.5 }]],
    ['flapping', 0, STEADY, [{ ...ALL_DAY, fault: '500', share: 0.2 }]],
    ['no faults', 0, STEADY, []],
    ['heavy flapping', 0, STEADY, [{ ...ALL_DAY, fault: '502 in HTML', share: 0.5 }]],
    ['news at each look', LONGEST_LINGER, RESTLESS, []],
    ['429 with Retry-After: 1', 0, STEADY, [{ ...ALL_DAY, fault: '429 for 1 s', share: 1 }]],
    [
      'an hour of 429 with Retry-After: 1, then flapping',
      0,
      STEADY,
      [
        { ...ALL_DAY, seconds: 3600, fault: '429 for 1 s', share: 1 },
        { ...ALL_DAY, from: 3600, fault: '500', share: 0.2 },
      ],
    ],
    ['a function that is killed now and then', 0, STEADY, [{ ...ALL_DAY, fault: 'function killed', share: 0.1 }]],
    [
      'a function that is throttled half of the time',
      0,
      STEADY,
      [{ ...ALL_DAY, fault: 'function throttled', share: 0.5 }],
    ],
  ];

  // Each of them takes one or two seconds.
  test.each(isThorough ? DAYS : DAYS.slice(0, 2))(
    '%s, at a linger of %d s',
    async (_, lingerSeconds, phases, faults) => {
      const story = { ...flapping('500', 0, lingerSeconds), phases, faults, finalStatus: null };

      const played = await playStory({
        ...story,
        timeoutMinutes: DAY_SECONDS / MINUTE,
        pacing: { ...FAST, lingerSeconds },
      });

      expect(findBrokenPromises(played)).toEqual([]);
      expect(played.records).toEqual([expect.objectContaining({ outcome: 'TIMED_OUT' })]);
      expect(played.execution.historyEvents).toBeLessThan(MAX_HISTORY_EVENTS);
    },
  );
});
