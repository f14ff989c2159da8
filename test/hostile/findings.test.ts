import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { findBrokenPromises } from '../support/hostile-checks';
import { lastUsableAt } from '../support/hostile-model';
import type { FaultPeriod, Story } from '../support/hostile-story';
import { playStory } from '../support/hostile-world';
import { isThorough } from '../support/thorough';

// What the random stories have found: each one as a test of its own.

const STORY: Story = {
  timeoutMinutes: 120,
  pacing: { ...DEFAULT_PACING, buildingSeconds: 20, lingerSeconds: 60 },
  latencySeconds: 0.3,
  phases: [{ seconds: 100_000, status: 'BUILDING', services: [] }],
  finalStatus: null,
  faults: [],
  abortAt: null,
  deliveries: 1,
  seed: 1,
};

function outage(fault: FaultPeriod['fault'], from: number, seconds: number): FaultPeriod {
  return { fault, from, seconds, share: 1 };
}

test('a usable answer counts although the call that got it was killed later', async () => {
  const pacing = { ...STORY.pacing, lingerSeconds: 240 };
  const story = { ...STORY, pacing, faults: [outage('500', 30, 270), outage('500', 350, 2000)] };

  // The call that begins in the first outage and sees its end: to look on would have cost what it knew.
  const played = await playStory(story, (call) => (call === 2 ? 14 : Number.POSITIVE_INFINITY));

  expect(findBrokenPromises(played)).toEqual([]);
  expect(played.records[0]?.reason).toMatch(/^No usable answer for 10 minutes, last: /);
  expect(played.endedAt - lastUsableAt(played)).toBeGreaterThanOrEqual(600);
  const looksOfCall = played.looks.filter(({ attempt }) => attempt === played.attempts[2]);
  expect(looksOfCall.map(({ fault }) => fault)).toEqual(['500', undefined]);
});

describe('an old watch', () => {
  const day = { timeoutMinutes: 1440, finalStatus: null, pacing: DEFAULT_PACING };

  test('looks often in an outage', async () => {
    const played = await playStory({ ...STORY, ...day, faults: [outage('500', 80_000, 590)] });

    expect(played.records).toEqual([expect.objectContaining({ outcome: 'TIMED_OUT' })]);
    expect(played.looks.filter(({ fault }) => fault !== undefined).length).toBeGreaterThan(6);
  });

  test.each(['500', 'HTML with 200'] as const)('survives %s for a fifth of its looks', async (fault) => {
    const flapping = { fault, from: 0, seconds: 86_000, share: 0.2 };
    for (let seed = 1; seed <= (isThorough ? 4 : 1); seed += 1) {
      const { records } = await playStory({ ...STORY, ...day, faults: [flapping], seed });
      expect(records).toEqual([expect.objectContaining({ outcome: 'TIMED_OUT' })]);
    }
  });
});

describe('a reason is one good sentence', () => {
  test.each<[string, FaultPeriod, Partial<Story>, RegExp]>([
    [
      'an answer that ends with a full stop of its own',
      outage('500', 0, 10_000),
      {},
      /^No usable answer for 1\d minutes, last: GET \S+ 500 \[redacted\]: There was an unexpected error\.$/,
    ],
    [
      'a secret that loses its key during a watch',
      outage('secret unusable', 60, 10_000),
      {},
      /^No usable answer for 1\d minutes, last: the secret arn:key (still holds a placeholder|may not be read by the poll function \(AccessDeniedException\))\.$/,
    ],
    [
      'a secret that cannot be read when time is up',
      outage('secret unavailable', 60, 10_000),
      { timeoutMinutes: 8 },
      /^The watch reached its time limit when there was no API key, last: GetSecretValue: connect ETIMEDOUT\.$/,
    ],
  ])('about %s', async (_, fault, more, sentence) => {
    const played = await playStory({ ...STORY, ...more, faults: [fault] });

    expect(played.records[0]?.reason).toMatch(sentence);
  });
});

test('a history that answers slowly makes no sentence about the next look untrue', async () => {
  const pacing = { ...DEFAULT_PACING, pendingSeconds: 3, lingerSeconds: 0 };
  const phases = [{ seconds: 60, status: 'PENDING', services: [] }];
  const faults = [outage('history unavailable', 0, 850), { ...outage('500', 0, 50), share: 0.15 }];

  const played = await playStory({ ...STORY, pacing, phases, finalStatus: 'SUCCESS', faults, seed: 621575176 });

  expect(played.looks.filter(({ fault }) => fault === '500')).toHaveLength(2);
  expect(findBrokenPromises(played)).toEqual([]);
});
