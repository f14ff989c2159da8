import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { readDefinition, readShippedTemplate } from '../../lib/local/definition';
import { execute, type LocalServices } from '../../lib/local/engine';
import { FastTime } from '../../lib/local/fast-time';
import { LocalTopic } from '../../lib/local/topic';
import { poll } from '../../lib/watch/poll';

const STARTED_AT = new Date('2023-01-09T22:10:05.000Z');

const dependencies = {
  readKey: async () => 'plain-key-123',
  getDeployment: async () => ({
    deploymentId: 'clx1',
    status: 'SUCCESS',
    environment: {},
    repository: {},
    services: [],
  }),
  now: () => new Date(),
  sleep: async () => {},
  warn: () => {},
  onLook: () => {},
  random: () => 0.5,
  keyLocation: 'the secret',
  settings: { timeoutMinutes: 120, pacing: DEFAULT_PACING },
};

function named(name: string, message = 'what happened'): Error {
  return Object.assign(new Error(message), { name });
}

async function run(services: Partial<LocalServices>) {
  const topic = new LocalTopic();
  const states: string[] = [];
  const execution = await FastTime.run(Number.POSITIVE_INFINITY, STARTED_AT, () =>
    execute(
      readDefinition(readShippedTemplate()),
      { deploymentId: 'clx1' },
      'clx1',
      { poll: (event) => poll(event, dependencies), publish: topic.publish, ...services },
      ({ type, state }) => type === 'StateEntered' && states.push(state?.name ?? ''),
    ),
  );
  return { execution, published: topic.published, states };
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
    cause: 'Polling was given up: TypeError: x is not a function.',
  });
  expect(published).toHaveLength(1);
  expect(published[0]?.messages.email).toContain("Look at the poll function's log group");
});

test('a function that can never run: still one notification, on every channel', async () => {
  const { execution, published } = await run({
    poll: async () => {
      throw named('Lambda.TooManyRequestsException');
    },
  });

  expect(execution.error).toBe('WatchFailed');
  expect(execution.cause).toContain('Lambda.TooManyRequestsException');
  expect(published).toHaveLength(1);
  expect(published[0]?.attributes).toEqual({ outcome: 'WATCH_FAILED' });
  expect(JSON.parse(published[0]?.messages.sqs ?? '')).toMatchObject({
    outcome: 'WATCH_FAILED',
    reason: execution.cause,
  });
  expect(JSON.parse(published[0]?.messages.https ?? '')).toMatchObject({ version: '1.0', source: 'custom' });
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
