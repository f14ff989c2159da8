import { listStates } from '../../lib/cli/state-list';
import { STATES } from '../../lib/contract/states';
import type { HistoryEvent } from '../../lib/local/engine';
import type { Look } from '../../lib/watch/look';
import { FakeScreen } from './fake-screen';
import { fakeTerminal } from './fake-terminal';

/** A list of what a watch does, which begins at 0. */
function startList(columns?: number) {
  const { terminal, out } = fakeTerminal();
  const screen = columns === undefined ? undefined : new FakeScreen(columns, 30).asStream();
  const { onEvent = () => {}, onLinger = () => {} } = listStates({ ...terminal, screen });
  onEvent({ type: 'ExecutionStarted', timestamp: 0 });
  const enter = (seconds: number, name: string, type = 'Task', input: unknown = {}) =>
    onEvent({ type: 'StateEntered', timestamp: seconds * 1000, state: { name, type, input } });
  const list = {
    out,
    poll: (seconds: number) => enter(seconds, STATES.poll),
    /** A look within the call. */
    linger: (seconds: number, look: Look) => {
      jest.spyOn(Date, 'now').mockReturnValueOnce(seconds * 1000);
      onLinger(look);
    },
    /** The look that ends the call, and the states behind it while the deployment is in progress. */
    end: (seconds: number, look: Look) => {
      const state = { name: STATES.poll, type: 'Task', input: {}, output: { look } };
      onEvent({ type: 'StateExited', timestamp: seconds * 1000, state });
      enter(seconds, STATES.finished, 'Choice');
      if (look.outcome === 'IN_PROGRESS') enter(seconds, STATES.wait, 'Wait', { look });
      else enter(seconds, STATES.notifySuccess);
    },
    emit: (event: HistoryEvent) => onEvent(event),
  };
  return list;
}

function look(status: string, more: Partial<Look> = {}): Look {
  const services = [`web-api: ${status}`];
  return { outcome: 'IN_PROGRESS', status, services, reason: '', waitSeconds: 15, outage: null, ...more } as Look;
}

function down(waitSeconds: number): Look {
  const outage = { since: '2023-01-09T22:10:05.000Z', looks: 1, kinds: {} };
  return look('BUILDING', { outage, reason: `GET /api/deployments/clx1: 502; asking again in ${waitSeconds} s` });
}

const DONE = look('SUCCESS', { outcome: 'SUCCEEDED' });

test('a look within a call is shown: what is wrong, and when the next look is', () => {
  const list = startList();

  list.poll(0);
  list.linger(0, look('BUILDING'));
  list.linger(15, down(46));
  list.linger(61, look('BUILDING'));
  list.end(76, DONE);

  expect(list.out).toEqual([
    '00:00  Poll Deployment',
    '00:00    BUILDING  web-api: BUILDING',
    '00:15    BUILDING  GET /api/deployments/clx1: 502; asking again in 46 s',
    '01:01    BUILDING',
    '01:16    SUCCEEDED  web-api: SUCCESS',
    '01:16  Deployment Finished?',
    '01:16  Notify Success',
  ]);
});

test('looks that find the same are counted, whatever they wait', () => {
  const list = startList();

  list.poll(0);
  for (const [seconds, wait] of [
    [0, 2],
    [2, 4],
    [6, 8],
  ] as const) {
    list.linger(seconds, down(wait));
  }
  list.linger(14, look('BUILDING'));
  list.linger(29, look('BUILDING'));
  list.end(44, DONE);

  expect(list.out.slice(0, 6)).toEqual([
    '00:00  Poll Deployment',
    '00:00    BUILDING  web-api: BUILDING  GET /api/deployments/clx1: 502; asking again in 2 s',
    '00:06    … 2 more times',
    '00:14    BUILDING',
    '00:29    … once more',
    '00:44    SUCCEEDED  web-api: SUCCESS',
  ]);
});

/** Rounds that find nothing new: two looks each, then a wait. */
function repeatRounds(list: ReturnType<typeof startList>, count: number): void {
  for (let round = 0; round < count; round += 1) {
    list.poll(round * 60);
    list.linger(round * 60, look('BUILDING'));
    list.end(round * 60 + 30, look('BUILDING'));
  }
}

const FIRST_ROUND = [
  '00:00  Poll Deployment',
  '00:00    BUILDING  web-api: BUILDING',
  '00:30    … once more',
  '00:30  Deployment Finished?',
  '00:30  Wait Before Next Poll (15 s)',
];
const SECOND_ROUND = [
  '01:00  Poll Deployment',
  '01:00    BUILDING',
  '01:30    … once more',
  '01:30  Deployment Finished?',
  '01:30  Wait Before Next Poll (15 s)',
];

test('rounds without news are counted after the first one, and the one that brings news is shown whole', () => {
  const list = startList();

  repeatRounds(list, 5);
  list.poll(300);
  list.linger(300, look('BUILDING'));
  list.end(330, DONE);

  expect(list.out).toEqual([
    ...FIRST_ROUND,
    ...SECOND_ROUND,
    '04:30  … 3 more rounds like this',
    '05:00  Poll Deployment',
    '05:00    BUILDING',
    '05:30    SUCCEEDED  web-api: SUCCESS',
    '05:30  Deployment Finished?',
    '05:30  Notify Success',
  ]);
});

test('one round that is repeated once is told as that', () => {
  const list = startList();

  repeatRounds(list, 3);
  list.poll(180);
  list.end(181, DONE);

  expect(list.out.slice(10, 13)).toEqual([
    '02:30  … 1 more round like this',
    '03:00  Poll Deployment',
    '03:01    SUCCEEDED  web-api: SUCCESS',
  ]);
});

test('a task that fails is news', () => {
  const list = startList();

  repeatRounds(list, 2);
  list.poll(120);
  const state = { name: STATES.poll, type: 'Task', input: {} };
  list.emit({ type: 'StateFailed', timestamp: 121_000, state, Error: 'TypeError', Cause: '{"errorMessage":"x"}' });

  expect(list.out.slice(10)).toEqual(['02:00  Poll Deployment', '02:01    TypeError, x']);
});

test('on a screen, a line that is too long goes on below its text', () => {
  const list = startList(40);

  list.poll(0);
  list.linger(0, down(46));
  list.end(50, DONE);

  expect(list.out.slice(0, 4)).toEqual([
    '00:00  Poll Deployment',
    '00:00    BUILDING  web-api: BUILDING',
    '         GET /api/deployments/clx1: 502;',
    '         asking again in 46 s',
  ]);
});
