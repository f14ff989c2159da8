import { answer, STARTED_AT, type WorldOptions, watch } from '../support/world';

function watchAt(statusAt: (seconds: number) => string, settings: WorldOptions['settings'] = {}) {
  return watch({ script: [{ answerAt: (seconds) => answer(statusAt(seconds)) }], settings });
}

test('each status in progress is a phase, from the look that first saw it; the status that ends the deployment is none', async () => {
  const statusAt = (seconds: number) => {
    if (seconds < 20) return 'INPROGRESS';
    return seconds < 100 ? 'BUILDING' : 'SUCCESS';
  };

  const run = await watchAt(statusAt);

  const { phases = [], endedAt = '' } = run.notifications[0] ?? {};
  expect(phases.map(({ status }) => status)).toEqual(['INPROGRESS', 'BUILDING']);
  expect(phases[0]?.from).toBe(STARTED_AT.toISOString());
  expect(phases[1]?.from).toBe(new Date(STARTED_AT.getTime() + (phases[0]?.seconds ?? 0) * 1000).toISOString());
  expect(phases[0]?.seconds).toBeGreaterThanOrEqual(20);
  const seconds = (Date.parse(endedAt) - STARTED_AT.getTime()) / 1000;
  expect(phases.reduce((sum, phase) => sum + phase.seconds, 0)).toBe(seconds);
});

test('a status that is seen again is a phase of its own, and the last 20 are kept', async () => {
  const statusAt = (seconds: number) => {
    if (seconds >= 1_500) return 'SUCCESS';
    return Math.floor(seconds / 60) % 2 === 0 ? 'BUILDING' : 'DEPLOYING';
  };

  const run = await watchAt(statusAt, { pacing: { buildingSeconds: 5, deployingSeconds: 5 } });

  const { phases = [] } = run.notifications[0] ?? {};
  expect(phases).toHaveLength(20);
  expect(phases.map(({ status }) => status).join(' ')).toBe(`${'DEPLOYING BUILDING '.repeat(10)}`.trim());
  for (const { seconds } of phases) expect(Math.abs(seconds - 60)).toBeLessThanOrEqual(10);
});

test('a status of any length is a phase with a short name', async () => {
  const run = await watch({ script: ['X'.repeat(200), 'X'.repeat(200), 'SUCCESS'] });

  expect(run.notifications[0]?.phases).toEqual([
    expect.objectContaining({ status: expect.stringMatching(/^X+ \[\.\.\.\] X+$/) }),
  ]);
  expect(run.notifications[0]?.phases?.[0]?.status).toHaveLength(40);
});

test('a deployment that had finished before the watch has no phases', async () => {
  const run = await watch({ script: ['SUCCESS'] });

  expect(run.notifications[0]).not.toHaveProperty('phases');
  expect(run.published[0]?.messages.email).not.toContain('Phases');
});

test('the phase in which time ran out lasts until then', async () => {
  const run = await watchAt(() => 'DEPLOYING', { timeoutMinutes: 3 });

  expect(run.notifications[0]).toMatchObject({ outcome: 'TIMED_OUT', phases: [{ status: 'DEPLOYING', seconds: 180 }] });
});

test('a watch that fails has its phases, and does not say how long the last one lasted', async () => {
  const script = ['BUILDING', { status: 401, json: { error: 'Invalid API key' } }];

  const run = await watch({ script });

  expect(run.notifications[0]).toMatchObject({ outcome: 'WATCH_FAILED', phases: [{ status: 'BUILDING' }] });
  expect(run.published[0]?.messages.email).toContain('\nPhases seen: BUILDING\n');
});
