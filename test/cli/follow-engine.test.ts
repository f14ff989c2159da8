import { followEngine } from '../../lib/cli/follow-engine';
import { JsonView, LinesView } from '../../lib/cli/views';
import { STATES } from '../../lib/contract/states';
import { readDefinition, readShippedTemplate } from '../../lib/local/definition';
import { execute, type HistoryEvent } from '../../lib/local/engine';
import { FastTime } from '../../lib/local/fast-time';
import type { Follower } from '../../lib/watch/follower';
import { type PollEvent, poll } from '../../lib/watch/poll';
import { QUIET } from '../support/poll-dependencies';
import { fakeTerminal } from './fake-terminal';

const STARTED_AT = new Date('2023-01-09T22:10:05.000Z');

function follow(events: readonly HistoryEvent[]) {
  const told: unknown[] = [];
  const follower: Follower = {
    started: (at) => told.push(['started', at.getTime()]),
    looked: (look, at) => told.push(['looked', look, at.getTime()]),
    taskFailed: (message, at) => told.push(['taskFailed', message, at.getTime()]),
  };
  for (const event of events) followEngine(follower)(event);
  return told;
}

function state(name: string, type: string, output?: unknown) {
  return { name, type, input: {}, output };
}

test('the start of the execution is told', () => {
  expect(follow([{ type: 'ExecutionStarted', timestamp: 7 }])).toEqual([['started', 7]]);
});

test.each([STATES.poll, STATES.explainFailure])('a look by the state "%s" is told', (name) => {
  const look = { outcome: 'WATCH_FAILED' };

  const told = follow([{ type: 'StateExited', timestamp: 7, state: state(name, 'Task', { look }) }]);

  expect(told).toEqual([['looked', look, 7]]);
});

test('a state that only passes a look on is not told', () => {
  const output = { look: { outcome: 'SUCCEEDED' } };

  expect(follow([{ type: 'StateExited', timestamp: 7, state: state(STATES.notifySuccess, 'Task', output) }])).toEqual(
    [],
  );
});

test('a state whose task failed takes no look: the one it passes on is not told again', () => {
  const failure = { Error: 'TypeError', Cause: 'x is not a function' };
  const outputs = [
    { look: null, failure },
    { look: { outcome: 'IN_PROGRESS' }, failure },
  ];

  const events = outputs.map((output) => ({
    type: 'StateExited',
    timestamp: 7,
    state: state(STATES.poll, 'Task', output),
  }));

  expect(follow(events)).toEqual([]);
});

test('a failed task is told with its error and message', () => {
  const Cause = JSON.stringify({ errorMessage: 'GET /deployments/clx1: 502' });
  const failure = { Error: 'FlightcontrolUnavailable', Cause };

  const told = follow([{ type: 'StateFailed', timestamp: 7, state: state(STATES.poll, 'Task'), ...failure }]);

  expect(told).toEqual([['taskFailed', 'FlightcontrolUnavailable, GET /deployments/clx1: 502', 7]]);
});

describe('a watch whose poll function breaks', () => {
  test('--json prints the look that explains the failure', async () => {
    const { terminal, out } = fakeTerminal();

    await runBrokenWatch(followEngine(new JsonView(terminal)));

    expect(out.map((line) => JSON.parse(line) as object)).toEqual([
      {
        time: expect.stringMatching(/^2023-01-09T/),
        outcome: 'WATCH_FAILED',
        status: null,
        services: [],
        reason: expect.stringContaining('TypeError: x is not a function'),
      },
    ]);
  });

  test('elsewhere the failure of the task is one line, and the outcome another', async () => {
    const { terminal, out } = fakeTerminal();

    await runBrokenWatch(followEngine(new LinesView(terminal)));

    expect(out).toEqual([
      expect.stringMatching(/^00:00 {2}TypeError, x is not a function$/),
      expect.stringMatching(/^\d\d:\d\d {2}WATCH_FAILED {2}.*TypeError: x is not a function/),
    ]);
  });
});

/** The deployed definition, with a poll function that has a bug and can only explain it. */
function runBrokenWatch(onEvent: (event: HistoryEvent) => void) {
  const dependencies = { ...QUIET, getDeployment: async () => Promise.reject(new Error('not used')) };
  const services = {
    poll: async (event: PollEvent) => {
      if (event.failure === undefined) throw new TypeError('x is not a function');
      return poll(event, dependencies);
    },
    publish: async () => ({}),
    putEvents: async () => ({}),
  };
  return FastTime.run(Number.POSITIVE_INFINITY, STARTED_AT, () =>
    execute(readDefinition(readShippedTemplate()), { deploymentId: 'clx1' }, 'clx1', services, onEvent),
  );
}
