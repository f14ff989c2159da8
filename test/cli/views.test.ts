import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { JsonView, LinesView, type View } from '../../lib/cli/views';
import type { Look } from '../../lib/watch/look';
import { fakeTerminal } from './fake-terminal';

const MINUTES = 60 * 1000;
const STARTED_AT = Date.parse('2026-01-09T22:10:05.000Z');

const BUILDING = {
  outcome: 'IN_PROGRESS',
  status: 'BUILDING',
  services: ['web-api: BUILDING'],
  reason: 'BUILDING',
  outage: null,
} as unknown as Look;
const OUTAGE: Look = {
  ...BUILDING,
  reason: 'GET /api/deployments/clx1: 502; asking again in 60 s',
  outage: { since: '2026-01-09T22:12:05.000Z', looks: 3, kinds: { unavailable: '2026-01-09T22:12:05.000Z' } },
};

let clock: Clock;
let view: View;

beforeEach(() => {
  clock = FakeTimers.install({ now: STARTED_AT, toFake: ['Date', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  view.close();
  clock.uninstall();
});

function viewInPipe(makeView: (terminal: ReturnType<typeof fakeTerminal>['terminal']) => View) {
  const { terminal, out, err } = fakeTerminal();
  view = makeView(terminal);
  view.started?.(new Date());
  return { out, err };
}

function linesView() {
  return viewInPipe((terminal) => new LinesView(terminal));
}

function look(what: Look): void {
  view.looked?.(what, new Date());
}

describe('where output is no terminal, a line is printed if nothing changes for 4 minutes', () => {
  test('with what was seen last, and when', () => {
    const { out } = linesView();
    clock.tick(7_000);
    look(BUILDING);
    clock.tick(2 * MINUTES);
    look(BUILDING);

    clock.tick(7 * MINUTES);

    expect(out).toEqual([
      '00:07  BUILDING  web-api: BUILDING',
      '04:07  still watching; at 02:07: BUILDING  web-api: BUILDING',
      '08:07  still watching; at 02:07: BUILDING  web-api: BUILDING',
    ]);
  });

  test('so that no five minutes are silent, whenever something else is printed', () => {
    const { out } = linesView();
    const printedAt = [STARTED_AT];
    const note = () => {
      while (printedAt.length <= out.length) printedAt.push(Date.now());
    };
    clock.setInterval(note, 1000);

    for (const [index, minutes] of [1, 3.9, 4, 4.1, 17, 0.1, 8, 30].entries()) {
      clock.tick(minutes * MINUTES);
      look({ ...BUILDING, status: index % 2 === 0 ? 'BUILDING' : 'DEPLOYING' });
    }
    clock.tick(1000);

    const gaps = printedAt.slice(1).map((at, index) => at - (printedAt[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(5 * MINUTES);
    expect(out.length).toBeGreaterThan(12);
  });

  test('with the reason if there was no usable answer', () => {
    const { out } = linesView();
    look(BUILDING);
    clock.tick(3 * MINUTES);
    look(OUTAGE);

    clock.tick(5 * MINUTES);

    expect(out.at(-1)).toBe(
      '07:00  still watching; at 03:00: BUILDING  web-api: BUILDING  GET /api/deployments/clx1: 502; asking again in 60 s',
    );
  });

  test('if the history in AWS cannot be read', () => {
    const { out, err } = linesView();
    look(BUILDING);
    view.historyUnavailable?.(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));

    clock.tick(9 * MINUTES);

    expect(err).toHaveLength(1);
    expect(out.slice(1)).toEqual([
      '04:00  still watching; at 00:00: BUILDING  web-api: BUILDING',
      '08:00  still watching; at 00:00: BUILDING  web-api: BUILDING',
    ]);
  });

  test('before anything was seen', () => {
    const { out } = linesView();

    clock.tick(4 * MINUTES);

    expect(out).toEqual(['04:00  still watching; nothing seen yet']);
  });

  test('with many services as numbers', () => {
    const { out } = linesView();
    const services = ['a', 'b', 'c', 'd'].map((name) => `${name}: SUCCESS`).concat('e: BUILDING', 'f: BUILD: x: ERROR');
    look({ ...BUILDING, services });

    clock.tick(4 * MINUTES);

    expect(out.at(-1)).toBe('04:00  still watching; at 00:00: BUILDING  services: 4 SUCCESS, 1 BUILDING, 1 ERROR');
  });

  test('until the view is closed', () => {
    const { out } = linesView();
    view.close();

    clock.tick(30 * MINUTES);

    expect(out).toEqual([]);
  });
});

describe('how much is usually left is told', () => {
  const USUAL: Look = {
    ...BUILDING,
    usualSeconds: 340,
    deployment: { environment: {}, repository: {}, createdAt: new Date(STARTED_AT).toISOString() },
  };

  test('at each change, and in the heartbeat as it is then', () => {
    const { out } = linesView();
    clock.tick(10_000);
    look(USUAL);
    clock.tick(3 * MINUTES);
    look({ ...USUAL, status: 'DEPLOYING' });

    clock.tick(5 * MINUTES);

    expect(out).toEqual([
      '00:10  BUILDING  web-api: BUILDING  usually 6 min more',
      '03:10  DEPLOYING  usually 3 min more',
      '07:10  still watching, usually 5m 40s; at 03:10: DEPLOYING  web-api: BUILDING',
    ]);
  });

  test('until it is unusually slow', () => {
    const { out } = linesView();
    look(USUAL);

    clock.tick(9 * MINUTES);

    expect(out.at(-1)).toBe('08:00  still watching, usually 5m 40s; at 00:00: BUILDING  web-api: BUILDING');
    clock.tick(4 * MINUTES);
    expect(out.at(-1)).toBe(
      '12:00  still watching, unusually slow: usually 5m 40s; at 00:00: BUILDING  web-api: BUILDING',
    );
  });

  test('but not at the end', () => {
    const { out } = linesView();

    look({ ...USUAL, outcome: 'SUCCEEDED', status: 'SUCCESS' });

    expect(out).toEqual(['00:00  SUCCEEDED  web-api: BUILDING']);
  });
});

test('with --json, the heartbeat is on standard error, and every line on standard output is JSON', () => {
  const { out, err } = viewInPipe((terminal) => new JsonView(terminal));
  look(BUILDING);
  clock.tick(3 * MINUTES);
  look(OUTAGE);

  clock.tick(5 * MINUTES);

  expect(out.map((line) => JSON.parse(line) as object)).toMatchObject([{ status: 'BUILDING' }, { status: 'BUILDING' }]);
  expect(err).toEqual([
    '07:00  still watching; at 03:00: BUILDING  web-api: BUILDING  GET /api/deployments/clx1: 502; asking again in 60 s',
  ]);
});

test('the heartbeat does not keep the process running', () => {
  clock.uninstall();
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();

  linesView();

  expect(timers()).toBe(before);
});
