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
  const story = { ...STORY, faults: [outage('500', 30, 70), outage('500', 150, 2000)] };

  // The call that begins in the first outage and sees its end, while it lingers.
  const played = await playStory(story, (call) => (call === 2 ? 12 : Number.POSITIVE_INFINITY));

  expect(findBrokenPromises(played)).toEqual([]);
  expect(played.records[0]?.reason).toMatch(/^No usable answer for 10 minutes, last: /);
  expect(played.endedAt - lastUsableAt(played)).toBeGreaterThanOrEqual(600);
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
