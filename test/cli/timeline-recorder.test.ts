import { followEngine } from '../../lib/cli/follow-engine';
import { followTogether, TimelineRecorder } from '../../lib/cli/timeline-recorder';
import { DEFAULT_API_SETTINGS } from '../../lib/contract/poll-environment';
import { readShippedTemplate } from '../../lib/local/definition';
import { FastTime } from '../../lib/local/fast-time';
import { startFlightcontrolServer } from '../../lib/local/flightcontrol-server';
import { runWatch } from '../../lib/local/run-watch';
import { SCENARIOS } from '../../lib/local/scenarios';
import type { Follower } from '../../lib/watch/follower';
import type { Look } from '../../lib/watch/look';

const START = Date.parse('2026-01-01T00:00:00Z');

function record(looks: readonly (readonly [seconds: number, status: string])[]): TimelineRecorder {
  const recorder = new TimelineRecorder();
  for (const [seconds, status] of looks) {
    recorder.looked(
      { status, services: [] as readonly string[], outage: null } as unknown as Look,
      new Date(START + seconds * 1000),
    );
  }
  return recorder;
}

test('what an outage hides is not drawn', () => {
  const recorder = record([
    [0, 'BUILDING'],
    [5, 'BUILDING'],
  ]);
  const outage = { since: new Date(START + 10_000).toISOString(), looks: 1, kinds: {} };
  recorder.looked({ status: 'BUILDING', services: [] as readonly string[], outage } as Look, new Date(START + 612_000));

  expect(recorder.draw()).toContain('BUILDING :active, 1970-01-01 00:00:00, 1970-01-01 00:00:05');
});

test('the timeline of a watch on the embedded engine has the phases of its scenario', async () => {
  const recorder = new TimelineRecorder();

  await FastTime.run(Number.POSITIVE_INFINITY, new Date(START), async (time) => {
    const server = await startFlightcontrolServer(
      (request) => SCENARIOS['build-error']?.answer(request, (Date.now() - START) / 1000) ?? { json: {} },
    );
    await runWatch({
      template: readShippedTemplate(),
      input: { deploymentId: 'clx1' },
      executionName: 'clx1-1',
      api: { ...DEFAULT_API_SETTINGS, apiBaseUrl: server.url },
      readKey: async () => 'key',
      keyLocation: 'the test',
      warn: () => {},
      onEvent: followEngine(recorder),
      time,
    });
    await server.close();
  });

  const timeline = recorder.draw() ?? '';
  expect(timeline.match(/^ {2}section .+$/gm)).toEqual([
    '  section Deployment',
    '  section web-api',
    '  section worker',
  ]);
  expect(timeline).toMatch(/section web-api\n {2}PENDING :done, .+\n {2}BUILDING :crit, .+\n {2}BUILD_ERROR :crit/);
});

test('of rounds that saw the same, the first and the last count', () => {
  const timeline = record([
    [0, 'BUILDING'],
    [10, 'BUILDING'],
    [20, 'BUILDING'],
    [30, 'DEPLOYING'],
    [40, 'DEPLOYING'],
    [50, 'DEPLOYING'],
  ]).draw();

  expect(timeline).toContain('BUILDING :done, 1970-01-01 00:00:00, 1970-01-01 00:00:30\n');
  expect(timeline).toContain('DEPLOYING :active, 1970-01-01 00:00:30, 1970-01-01 00:00:50\n');
});

test('of a deployment that goes to and fro for a day, the end is drawn', () => {
  const looks = Array.from({ length: 5000 }, (_, index) => [index * 15, index % 2 ? 'BUILDING' : 'DEPLOYING'] as const);

  const timeline = record(looks).draw();

  expect(timeline?.split('\n').length).toBeLessThan(20);
  expect(timeline).toContain('  BUILDING :active, ');
});

test('followers are told together, whatever each of them wants to know', () => {
  const told: string[] = [];
  const one: Follower = { started: () => told.push('one started'), taskFailed: () => told.push('one failed') };
  const other: Follower = {
    started: () => told.push('other started'),
    historyUnavailable: () => told.push('other unavailable'),
  };
  const both = followTogether(one, other);

  both.started?.(new Date());
  both.taskFailed?.('message', new Date());
  both.historyUnavailable?.(new Error());

  expect(told).toEqual(['one started', 'other started', 'one failed', 'other unavailable']);
});
