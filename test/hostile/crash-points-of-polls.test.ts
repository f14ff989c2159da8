import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { findBrokenPromises } from '../support/hostile-checks';
import type { FaultPeriod, Story } from '../support/hostile-story';
import { playStory } from '../support/hostile-world';

const BUILDING = { seconds: 70, status: 'BUILDING', services: ['BUILDING'] };

const STORY: Story = {
  timeoutMinutes: 120,
  pacing: { ...DEFAULT_PACING, lingerSeconds: 60 },
  latencySeconds: 0.3,
  phases: [BUILDING],
  finalStatus: 'SUCCESS',
  faults: [],
  abortAt: null,
  deliveries: 1,
  seed: 7,
};

function period(fault: FaultPeriod['fault'], from: number, seconds: number): FaultPeriod {
  return { fault, from, seconds, share: 1 };
}

const STORIES: Readonly<Record<string, readonly [outcome: string, story: Partial<Story>]>> = {
  'succeeds after two calls': ['SUCCEEDED', {}],
  'fails at the first look': ['FAILED', { phases: [], finalStatus: 'BUILD_ERROR' }],
  'has an outage': ['SUCCEEDED', { faults: [period('500', 20, 30)] }],
  'has its key refused for a moment': ['SUCCEEDED', { faults: [period('401', 20, 1)] }],
  'is throttled': ['SUCCEEDED', { faults: [period('429 for 50 s', 20, 10)] }],
  'reaches its time limit': ['TIMED_OUT', { timeoutMinutes: 2, finalStatus: null }],
  'is of a deployment that nobody knows': ['WATCH_FAILED', { faults: [period('404', 0, 1000)] }],
  'is lost by an outage': ['WATCH_FAILED', { faults: [period('reset', 100, 1000)], finalStatus: null }],
};

describe.each(Object.entries(STORIES))('a watch that %s', (_, [outcome, more]) => {
  const story = { ...STORY, ...more };

  test('tells the same, once, at whichever point of whichever call its function is killed', async () => {
    const { attempts } = await playStory(story);
    const told: string[] = [];
    for (let call = 0; call < attempts.length; call += 1) {
      // Until the call ends before that point.
      for (let point = 0, killed = true; killed; point += 1) {
        const played = await playStory(story, (index) => (index === call ? point : Number.POSITIVE_INFINITY));
        killed = played.attempts[call]?.error !== undefined;
        told.push(...played.records.map((record) => record.outcome), ...findBrokenPromises(played));
      }
    }

    expect(told.length).toBeGreaterThan(2 * attempts.length);
    expect(told.filter((text) => text !== outcome)).toEqual([]);
  });
});
