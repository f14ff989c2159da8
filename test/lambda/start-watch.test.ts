import { handler } from '../../lambda/start-watch';
import { startEnvironment } from '../../lib/contract/environment';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { STATE_MACHINE_ARN } from '../support/step-functions';

let aws: AwsServer;

beforeAll(async () => {
  aws = await AwsServer.start();
  Object.assign(process.env, awsEnvironment(aws), startEnvironment.encode({ stateMachineArn: STATE_MACHINE_ARN }));
});
beforeEach(() => {
  aws.executions.clear();
  jest.spyOn(console, 'info').mockImplementation();
  jest.spyOn(console, 'warn').mockImplementation();
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => aws.close());

/** Name and input of each execution. */
function started(): [string, string][] {
  return [...aws.executions].map(([name, { input }]) => [name, input]);
}

const EVENT_ID = '7bf73129-1428-4cd3-a780-95db273d1602';

test('an announced deployment is watched, with its time limit, the event and no other field of the event', async () => {
  await handler({ id: EVENT_ID, detail: { deploymentId: 'clx1', timeoutMinutes: 5, token: 'x' } });

  expect(started()).toEqual([['clx1-1', `{"deploymentId":"clx1","timeoutMinutes":5,"eventId":"${EVENT_ID}"}`]]);
});

test('the same deployment announced by two events is watched once', async () => {
  await handler({ id: EVENT_ID, detail: { deploymentId: 'clx1' } });
  await handler({ id: 'another', detail: { deploymentId: 'clx1' } });

  expect([...aws.executions.keys()]).toEqual(['clx1-1']);
});

test('an event that is delivered again after an inconclusive watch starts nothing', async () => {
  const event = { id: EVENT_ID, detail: { deploymentId: 'clx1' } };
  await handler(event);
  Object.assign(aws.executions.get('clx1-1') ?? {}, { status: 'FAILED', error: 'WatchTimedOut' });

  await handler(event);
  expect([...aws.executions.keys()]).toEqual(['clx1-1']);

  await handler({ ...event, id: 'another' });
  expect([...aws.executions.keys()]).toEqual(['clx1-1', 'clx1-2']);
});

test.each([
  ['no detail', undefined, {}],
  ['null', null, {}],
  ['no id', { token: 'x' }, {}],
  ['an id with a slash', { deploymentId: 'a/b', token: 'x' }, { deploymentId: 'a/b' }],
  ['an id that is a number', { deploymentId: 7, timeoutMinutes: 5 }, { deploymentId: 7, timeoutMinutes: 5 }],
])('%s: one watch for each event, which reports what is wrong', async (_, detail, input) => {
  await handler({ id: EVENT_ID, detail });
  await handler({ id: EVENT_ID, detail });

  expect(started()).toEqual([[`event-${EVENT_ID}`, JSON.stringify({ ...input, eventId: EVENT_ID })]]);
});

test('without its environment variable it fails with the name of the variable', async () => {
  const { STATE_MACHINE_ARN: set } = process.env;
  delete process.env.STATE_MACHINE_ARN;

  await expect(handler({ id: EVENT_ID, detail: { deploymentId: 'clx1' } })).rejects.toThrow(
    'The environment variable STATE_MACHINE_ARN is missing',
  );

  process.env.STATE_MACHINE_ARN = set;
});

test.each([
  ['https://app.flightcontrol.dev/api/deploy-hook/env/CANARY', 'an address'],
  [{ apiKey: 'CANARY' }, 'an object'],
  ['Bearer CANARY', 'text of 13 characters'],
])('%j as an id or a time limit is not stored in the input of the execution', async (value, described) => {
  await handler({ id: EVENT_ID, detail: { deploymentId: value } });
  await handler({ id: 'another', detail: { deploymentId: 'clx1', timeoutMinutes: value } });

  expect(started().map(([, input]) => JSON.parse(input) as object)).toMatchObject([
    { deploymentId: described },
    { deploymentId: 'clx1', timeoutMinutes: described },
  ]);
});
