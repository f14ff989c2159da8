import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import type { HistoryEvent, LocalServices } from '../../lib/local/engine';
import { FastTime } from '../../lib/local/fast-time';
import { LocalTopic } from '../../lib/local/topic';
import type { NotificationRecord } from '../../lib/notification/record';
import { executeStrictly, MAX_HISTORY_EVENTS, MAX_STATE_BYTES } from '../support/hostile-step-functions';
import { tellOfEnd, WATCH_INPUT, WATCH_NAME } from '../support/hostile-watchdog';
import { STARTED_AT } from '../support/world';

const TASK = { Type: 'Task', Resource: 'arn:aws:lambda:local:0:function:poll' };
const CATCH_ALL = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] };
const CAUGHT = { Caught: { Type: 'Succeed' } };

function machine(states: object, more: object = {}): StateMachineDefinition {
  const [StartAt = ''] = Object.keys(states);
  return { StartAt, States: states, ...more } as unknown as StateMachineDefinition;
}

async function run(definition: StateMachineDefinition, poll: () => Promise<unknown>, input: unknown = {}) {
  const services = { poll, publish: async () => ({}), putEvents: async () => ({}) } as unknown as LocalServices;
  return FastTime.run(Number.POSITIVE_INFINITY, STARTED_AT, async () => {
    const execution = await executeStrictly(definition, input, 'clx1-1', services);
    return { ...execution, secondsTaken: (Date.now() - STARTED_AT.getTime()) / 1000 };
  });
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

const TOO_LARGE = { text: 'x'.repeat(MAX_STATE_BYTES) };

describe('the engine of these tests is as strict as Step Functions', () => {
  test('an execution of 25,000 events fails with an error that no Catch takes', async () => {
    const Wait = { Type: 'Wait', Seconds: 1, Next: 'Task' };

    const execution = await run(
      machine({ Task: { ...TASK, ...CATCH_ALL, Next: 'Wait' }, Wait, ...CAUGHT }),
      async () => ({}),
    );

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(execution.historyEvents).toBeGreaterThan(MAX_HISTORY_EVENTS);
    // Five events of a task and two of a wait.
    expect(execution.secondsTaken).toBeCloseTo(MAX_HISTORY_EVENTS / 7, -2);
  });

  test.each<[string, object, unknown]>([
    ['the result of a task', { ...TASK, ...CATCH_ALL, End: true }, {}],
    [
      'the payload of a task',
      { ...TASK, ...CATCH_ALL, Parameters: { 'twice.$': "States.Format('{}{}', $.half, $.half)" }, End: true },
      { half: 'x'.repeat(MAX_STATE_BYTES / 2) },
    ],
    [
      'the output of a state',
      { Type: 'Pass', Parameters: { 'one.$': '$.half', 'other.$': '$.half' }, End: true },
      { half: 'x'.repeat(MAX_STATE_BYTES / 2) },
    ],
  ])('%s of more than 256 KiB fails the execution with an error that no Catch takes', async (_, state, input) => {
    const execution = await run(machine({ State: state, ...CAUGHT }), async () => TOO_LARGE, input);

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('exactly 256 KiB are allowed', async () => {
    const overhead = JSON.stringify({ text: '' }).length;

    const execution = await run(machine({ State: { ...TASK, End: true } }), async () => ({
      text: 'x'.repeat(MAX_STATE_BYTES - overhead),
    }));

    expect(execution).toMatchObject({ status: 'SUCCEEDED', largestBytes: MAX_STATE_BYTES });
  });

  test('a task that takes longer than its TimeoutSeconds fails with States.Timeout', async () => {
    const execution = await run(machine({ State: { ...TASK, TimeoutSeconds: 5, End: true } }), () => sleep(6));

    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout', secondsTaken: 5 });
  });

  test("the state machine's TimeoutSeconds ends an execution, with no further state", async () => {
    const calls: string[] = [];

    const execution = await run(
      machine(
        { Wait: { Type: 'Wait', Seconds: 60, Next: 'Task' }, Task: { ...TASK, End: true } },
        { TimeoutSeconds: 59 },
      ),
      async () => calls.push('called'),
    );

    expect(execution).toMatchObject({ status: 'TIMED_OUT', secondsTaken: 59 });
    expect(calls).toEqual([]);
  });
});

const LOOK = { outcome: 'IN_PROGRESS', status: 'BUILDING', services: [], deployment: null, notification: null };

/** A watch that has looked once, and waits. */
const LOOKED = { ...TASK, ResultPath: '$.look' };
const WAITING = { 'Poll Deployment': { ...LOOKED, Next: 'Wait' }, Wait: { Type: 'Wait', Seconds: 900, End: true } };

interface SilentEnd {
  /** Status or error. */
  readonly end: string;
  readonly definition: StateMachineDefinition;
  /** What the function returns, one result a call; the last one stays. */
  readonly results: readonly object[];
}

/** Ways of a watch to end without telling anybody. */
const SILENT_ENDS: Readonly<Record<string, SilentEnd>> = {
  'is aborted': { end: 'ABORTED', definition: machine(WAITING), results: [LOOK] },
  'hits the time-out of its state machine': {
    end: 'TIMED_OUT',
    definition: machine(WAITING, { TimeoutSeconds: 300 }),
    results: [LOOK],
  },
  'has too long a history': {
    end: 'States.Runtime',
    definition: machine({ 'Poll Deployment': { ...LOOKED, Next: 'Poll Deployment' } }),
    results: [LOOK],
  },
  'has too much data': {
    end: 'States.DataLimitExceeded',
    definition: machine({ 'Poll Deployment': { ...LOOKED, Next: 'Again' }, Again: { ...TASK, End: true } }),
    results: [LOOK, TOO_LARGE],
  },
};

describe.each(Object.entries(SILENT_ENDS))('a watch that %s', (_, { end, definition, results }) => {
  test.each([
    ['once', 1],
    ['three times at once', 3],
    ['never', 0],
  ])('is reported once, if EventBridge delivers its end %s', async (__, deliveries) => {
    const topic = new LocalTopic();
    const events: HistoryEvent[] = [];
    const abort = new AbortController();
    let calls = 0;
    const poll = async () => results[Math.min(calls++, results.length - 1)];

    const execution = await FastTime.run(Number.POSITIVE_INFINITY, STARTED_AT, async (time) => {
      const services = { poll, publish: topic.publish, putEvents: async () => ({}) } as unknown as LocalServices;
      const options = { signal: abort.signal, onEvent: (event: HistoryEvent) => void events.push(event) };
      setTimeout(() => abort.abort(), 600_000);
      const ended = await executeStrictly(definition, WATCH_INPUT, WATCH_NAME, services, options);
      await tellOfEnd(ended, events, { services, sleep: time.sleep, deliveries, random: Math.random });
      return ended;
    });

    expect([execution.status, execution.error]).toContain(end);
    const records = topic.published.map(({ messages }) => JSON.parse(messages.sqs ?? '') as NotificationRecord);
    expect(records).toEqual([
      expect.objectContaining({ outcome: 'WATCH_FAILED', deploymentId: 'clx1', status: 'BUILDING' }),
    ]);
  });
});
