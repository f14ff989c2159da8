import { readDefinition, readShippedTemplate } from '../../lib/local/definition';
import { execute, type LocalServices } from '../../lib/local/engine';
import { LocalEventBus } from '../../lib/local/event-bus';
import { FastTime } from '../../lib/local/fast-time';
import { LocalTopic } from '../../lib/local/topic';
import { poll } from '../../lib/watch/poll';
import { QUIET } from '../support/poll-dependencies';

const STARTED_AT = new Date('2023-01-09T22:10:05.000Z');

const dependencies = {
  ...QUIET,
  getDeployment: async () => ({
    deploymentId: 'clx1',
    status: 'SUCCESS',
    environment: {},
    repository: {},
    services: [],
  }),
};

const inProgress = {
  ...dependencies,
  getDeployment: async () => ({
    deploymentId: 'clx1',
    status: 'BUILDING',
    environment: { givenId: 'production' },
    repository: { branch: 'main' },
    services: [],
  }),
};

function named(name: string, message = 'what happened'): Error {
  return Object.assign(new Error(message), { name });
}

async function run(services: Partial<LocalServices>, input: unknown = { deploymentId: 'clx1' }) {
  const topic = new LocalTopic();
  const bus = new LocalEventBus();
  const states: string[] = [];
  return FastTime.run(Number.POSITIVE_INFINITY, STARTED_AT, async () => {
    const execution = await execute(
      readDefinition(readShippedTemplate()),
      input,
      'clx1',
      { poll: (event) => poll(event, dependencies), publish: topic.publish, putEvents: bus.putEvents, ...services },
      ({ type, state }) => type === 'StateEntered' && states.push(state?.name ?? ''),
    );
    const minutesTaken = (Date.now() - STARTED_AT.getTime()) / 60_000;
    return { execution, published: topic.published, finished: bus.finished, states, minutesTaken };
  });
}

/** A function that cannot be run: each call takes this long and ends with the error. */
function failing(error: string, secondsEach = 0): LocalServices['poll'] {
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, secondsEach * 1000));
    throw named(error);
  };
}

test.each(['Lambda.TooManyRequestsException', 'Lambda.Unknown', 'Sandbox.Timedout', 'SomeBug'])(
  'a function that fails twice with %s is retried',
  async (name) => {
    let failures = 2;
    const flaky: LocalServices['poll'] = async (event) => {
      failures -= 1;
      if (failures >= 0) throw named(name);
      return poll(event, dependencies);
    };

    const { execution, published } = await run({ poll: flaky });

    expect(execution.status).toBe('SUCCEEDED');
    expect(published).toHaveLength(1);
  },
);

test('a function with a bug: the notification explains the error and says what to do', async () => {
  const { execution, published } = await run({
    poll: async (event) => {
      if (event.failure === undefined) throw named('TypeError', 'x is not a function');
      return poll(event, dependencies);
    },
  });

  expect(execution).toMatchObject({
    error: 'WatchFailed',
    cause: 'The poll function failed: TypeError: x is not a function.',
  });
  expect(published).toHaveLength(1);
  expect(published[0]?.messages.email).toContain("Look at the poll function's log group");
});

test.each([
  ['', 'The poll function failed: States.Timeout.'],
  ['The task took too long.', 'The poll function failed: States.Timeout: The task took too long.'],
])('a caught error with the cause %j makes one sentence', async (cause, expected) => {
  const { execution } = await run({
    poll: async (event) => {
      if (event.failure !== undefined)
        return poll({ ...event, failure: { ...event.failure, Cause: cause } }, dependencies);
      throw named('States.Timeout');
    },
  });

  expect(execution.cause).toBe(expected);
});

describe('a function that can never run', () => {
  test('still brings one notification, on every channel, with the id that was asked for', async () => {
    const { execution, published } = await run({ poll: failing('Lambda.TooManyRequestsException') });

    expect(execution.error).toBe('WatchFailed');
    expect(execution.cause).toContain('Lambda.TooManyRequestsException');
    expect(published).toHaveLength(1);
    expect(published[0]?.attributes).toEqual({ outcome: 'WATCH_FAILED', deploymentId: 'clx1' });
    expect(published[0]?.messages.email).toMatch(/^WATCH_FAILED, verdict unknown: deployment clx1\. The poll function/);
    expect(JSON.parse(published[0]?.messages.sqs ?? '')).toMatchObject({
      version: 1,
      outcome: 'WATCH_FAILED',
      deploymentId: 'clx1',
      reason: execution.cause,
    });
    expect(JSON.parse(published[0]?.messages.https ?? '')).toMatchObject({ version: '1.0', source: 'custom' });
  });

  test('has the environment, the branch and the console link that earlier looks found', async () => {
    let calls = 0;
    const { published } = await run({
      poll: async (event) => {
        calls += 1;
        if (calls > 1) throw named('Lambda.Unknown');
        const look = await poll(event, inProgress);
        return { ...look, plain: look.plain && { ...look.plain, watch: 'https://console.example' } };
      },
    });

    expect(published[0]?.attributes).toEqual({
      outcome: 'WATCH_FAILED',
      deploymentId: 'clx1',
      status: 'BUILDING',
      environment: 'production',
      branch: 'main',
    });
    expect(JSON.parse(published[0]?.messages.lambda ?? '')).toMatchObject({
      outcome: 'WATCH_FAILED',
      environment: { givenId: 'production' },
      repository: { branch: 'main' },
    });
    expect(published[0]?.messages.email).toContain('verdict unknown: production, main. ');
    expect(published[0]?.messages.email).toContain('The watch in Step Functions: https://console.example');
    expect(published[0]?.messages.https).toContain('production, main');
  });

  test.each([
    'https://app.example/api/deploy-hook/x/CANARY',
    'user:CANARY',
    'me@CANARY',
    'a b CANARY',
    'key=CANARY',
    '{"apiKey":"CANARY"}',
    { apiKey: 'CANARY' },
    7,
    null,
    undefined,
  ])('does not repeat %j, which is no id', async (deploymentId) => {
    const { published } = await run({ poll: failing('Lambda.Unknown') }, { deploymentId });

    expect(published).toHaveLength(1);
    expect(published[0]?.attributes).toEqual({ outcome: 'WATCH_FAILED' });
    expect(JSON.stringify(published)).not.toContain('CANARY');
  });

  test.each([null, 'text', ['list'], 7])('is told of for the input %j', async (input) => {
    const { execution, published } = await run({ poll: failing('Lambda.Unknown') }, input);

    expect(execution.error).toBe('WatchFailed');
    expect(published).toHaveLength(1);
  });

  // The function's time-out with the default linger; the explanation has half a minute.
  test.each([0, 3, 180])('is told of within 15 minutes if it is killed after %d s each time', async (seconds) => {
    const killed: LocalServices['poll'] = (event) =>
      failing('Sandbox.Timedout', event.failure === undefined ? seconds : Math.min(seconds, 30))(event);

    const { published, minutesTaken } = await run({ poll: killed });

    expect(published).toHaveLength(1);
    expect(minutesTaken).toBeLessThan(15);
  });

  test('is told of within 25 minutes if it is throttled for good, and not before 10', async () => {
    for (let times = 0; times < 20; times += 1) {
      const { published, minutesTaken } = await run({ poll: failing('Lambda.TooManyRequestsException') });

      expect(published).toHaveLength(1);
      expect(minutesTaken).toBeGreaterThan(10);
      expect(minutesTaken).toBeLessThan(25);
    }
  });
});

test('publishing is retried', async () => {
  const topic = new LocalTopic();
  let failures = 2;

  const { execution } = await run({
    publish: async (input) => {
      failures -= 1;
      if (failures >= 0) throw named('SNS.InternalErrorException');
      return topic.publish(input);
    },
  });

  expect(execution.status).toBe('SUCCEEDED');
  expect(topic.published).toHaveLength(1);
});

test('a deleted topic: the execution fails, and its cause is the record', async () => {
  const { execution } = await run({
    publish: async () => {
      throw named('SNS.NotFoundException');
    },
  });

  expect(execution.error).toBe('NotificationFailed');
  expect(JSON.parse(execution.cause ?? '')).toMatchObject({ outcome: 'SUCCEEDED', deploymentId: 'clx1' });
});

describe('an event bus that takes no events', () => {
  test.each<[string, LocalServices['putEvents']]>([
    [
      'refuses',
      async () => {
        throw named('EventBridge.InvalidPermissionsException');
      },
    ],
    ['hangs', () => new Promise(() => {})],
  ])('and %s: the notification is out, and the watch ends within five minutes as it would', async (_, putEvents) => {
    const { execution, published, finished, minutesTaken } = await run({ putEvents });

    expect(execution.status).toBe('SUCCEEDED');
    expect(published).toHaveLength(1);
    expect(finished).toEqual([]);
    expect(minutesTaken).toBeLessThan(5);
  });
});

test('a notification that cannot be published puts no event on the bus', async () => {
  const { execution, finished } = await run({
    publish: async () => {
      throw named('SNS.InternalErrorException');
    },
  });

  expect(execution.error).toBe('NotificationFailed');
  expect(finished).toEqual([]);
});
