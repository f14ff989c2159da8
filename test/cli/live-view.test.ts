import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { LiveView } from '../../lib/cli/live-view';
import type { Look } from '../../lib/watch/look';
import { FakeScreen } from './fake-screen';
import { fakeTerminal } from './fake-terminal';

jest.mock('log-update', () =>
  jest
    .requireActual<typeof import('../support/load-es-module')>('../support/load-es-module')
    .loadEsModule('log-update'),
);

let clock: Clock;
let screen: FakeScreen;
let view: LiveView;
let warnings: string[];

beforeEach(() => {
  clock = FakeTimers.install({ now: 0, toFake: ['Date', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  view.close();
  clock.uninstall();
});

function open(columns: number, rows: number): void {
  screen = new FakeScreen(columns, rows);
  const { terminal, err } = fakeTerminal();
  warnings = err;
  view = new LiveView('clx1', screen.asStream(), terminal);
  view.started(new Date());
}

function look(services: number, changes: Partial<Look> = {}): void {
  const lines = Array.from({ length: services }, (_, index) => `service-${index}: BUILDING`);
  view.looked({ outcome: 'IN_PROGRESS', status: 'BUILDING', services: lines, outage: null, ...changes } as Look);
}

test('the header shows the phase and the time, and each service has a line', () => {
  open(60, 10);
  look(2);

  clock.tick(67_000);

  expect(screen.text).toEqual(['clx1  BUILDING  01:07', '  service-0: BUILDING', '  service-1: BUILDING']);
});

describe('behind the time, the header shows', () => {
  const usual = {
    usualSeconds: 340,
    deployment: { environment: {}, repository: {}, createdAt: new Date(0).toISOString() },
  };

  test('how much is usually left, as time goes by', () => {
    open(60, 10);
    look(0, usual);

    clock.tick(67_000);
    expect(screen.text).toEqual(['clx1  BUILDING  01:07  usually 5 min more']);

    clock.tick(240_000);
    expect(screen.text).toEqual(['clx1  BUILDING  05:07  usually 40 sec more']);
  });

  test('that it is unusually slow', () => {
    open(60, 10);
    look(0, usual);

    clock.tick(600_000);

    expect(screen.text).toEqual(['clx1  BUILDING  10:00  unusually slow: usually 5m 40s']);
  });

  test('neither in a window that has no room for it, nor at the end', () => {
    open(30, 10);
    look(0, usual);
    expect(screen.text).toEqual(['clx1  BUILDING  00:00']);

    screen.resize(60, 10);
    look(0, { ...usual, outcome: 'SUCCEEDED' });
    expect(screen.text).toEqual(['clx1  SUCCEEDED  00:00']);
  });
});

test.each([1, 2, 3, 4, 5, 24])('the header stays on a screen of %d rows while services come and go', (rows) => {
  open(60, rows);

  for (const services of [0, 40, 3, 300, 1, 0]) {
    look(services);
    clock.tick(1000);

    expect(screen.shown[0]).toMatch(/^clx1 {2}BUILDING {2}00:0\d$/);
  }
});

test('when the window changes its size, the block fits at once, and the header stays', () => {
  open(60, 24);
  look(12);

  for (const [columns, rows] of [
    [60, 6],
    [24, 3],
    [60, 1],
    [60, 2],
    [30, 4],
    [60, 1],
    [60, 24],
  ] as const) {
    screen.resize(columns, rows);

    expect(screen.text.at(0)).toMatch(/^clx1 {2}BUILDING {2}00:00$/);
    expect(screen.text.filter((line) => line.startsWith('clx1'))).toHaveLength(1);
    expect(screen.text.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
  }
  expect(screen.text).toHaveLength(13);
});

test('a line that is too long for the window is cut, not wrapped', () => {
  open(20, 10);

  look(0, { services: [`${'a-long-name-'.repeat(9)}: BUILDING`] });

  expect(screen.text).toEqual(['…  BUILDING  00:00', '  a-lon…: BUILDING']);
});

test('the reason of an outage is shown below the services', () => {
  open(60, 10);

  look(1, { reason: 'GET /deployments/clx1: 502', outage: { since: '', looks: 1, kinds: {} } });

  expect(screen.text).toEqual(['clx1  BUILDING  00:00', '  service-0: BUILDING', '  GET /deployments/clx1: 502']);
});

test.each([1, 10])('a warning does not stay in the block (%d rows)', (rows) => {
  open(60, rows);
  look(1);

  view.warn('unknown status HIBERNATING');

  expect(warnings).toEqual(['unknown status HIBERNATING']);
  expect(screen.text[0]).toBe('clx1  BUILDING  00:00');
});

test.each([1, 10])('what is printed after the end goes below the block (%d rows)', (rows) => {
  open(60, rows);
  look(1);

  view.close();
  screen.write('Subject: SUCCEEDED');

  expect(screen.text.at(-1)).toBe('Subject: SUCCEEDED');
  expect(screen.listenerCount('resize')).toBe(0);
});
