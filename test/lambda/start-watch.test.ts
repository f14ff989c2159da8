import { handler } from '../../lambda/start-watch';
import { gitHubFilterEnvironment, startEnvironment } from '../../lib/contract/environment';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { STATE_MACHINE_ARN } from '../support/step-functions';

let aws: AwsServer;

beforeAll(async () => {
  aws = await AwsServer.start();
  Object.assign(process.env, awsEnvironment(aws), startEnvironment.encode({ stateMachineArn: STATE_MACHINE_ARN }), {
    // Otherwise the library does not write to the console that the tests spy on.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
  });
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

test('an announcement by GitHub, from the webhook, is marked as such in the input of the watch', async () => {
  await handler({ id: EVENT_ID, detail: { deploymentId: 'clx1', announcedBy: 'github' } });
  await handler({ id: EVENT_ID, detail: { deploymentId: 'clx2', announcedBy: 'somebody' } });

  expect(started()).toEqual([
    ['clx1-1', `{"deploymentId":"clx1","eventId":"${EVENT_ID}","announcedBy":"github"}`],
    ['clx2-1', `{"deploymentId":"clx2","eventId":"${EVENT_ID}"}`],
  ]);
});

describe("an event of AWS's quick start for GitHub", () => {
  beforeEach(() => {
    Object.assign(
      process.env,
      gitHubFilterEnvironment.encode({ environments: ['prod*', 'staging'], previewEnvironments: false }),
    );
  });

  function deliver(
    payload: unknown,
    more: { readonly id?: string; readonly detailType?: string; status?: object } = {},
  ) {
    const { id = EVENT_ID, detailType = 'deployment', status } = more;
    const detail = { deployment: { payload }, deployment_status: status, secret: 'CANARY' };
    return handler({ id, source: 'github.com', 'detail-type': detailType, detail });
  }

  const PRODUCTION = { deployment: { deploymentId: 'clx1', environmentGivenId: 'production' } };

  test('starts the watch, as an announcement by GitHub', async () => {
    await deliver(PRODUCTION);

    expect(started()).toEqual([['clx1-1', `{"deploymentId":"clx1","eventId":"${EVENT_ID}","announcedBy":"github"}`]]);
  });

  test('ten statuses at once, and others after a time-out and an abort: one watch', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        deliver(PRODUCTION, { id: `e${index}`, detailType: 'deployment_status', status: { state: 'in_progress' } }),
      ),
    );
    for (const end of [{ status: 'FAILED', error: 'WatchTimedOut' }, { status: 'ABORTED' }]) {
      Object.assign(aws.executions.get('clx1-1') ?? {}, end);
      await deliver(PRODUCTION, { id: `after ${end.status}`, detailType: 'deployment_status' });
    }

    expect([...aws.executions.keys()]).toEqual(['clx1-1']);
  });

  test.each([
    ['another environment', { deployment: { deploymentId: 'clx1', environmentGivenId: 'dev' } }],
    ['a preview', { deployment: { ...PRODUCTION.deployment, isPreviewEnvironment: true } }],
    ['another tool', { web_url: 'https://example.com' }],
    ['nothing', undefined],
  ])('of %s starts nothing', async (_, payload) => {
    await deliver(payload);

    expect(started()).toEqual([]);
    expect(console.warn).not.toHaveBeenCalled();
  });

  test('without an id warns with the names of the keys, and counts for the alarm', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation();

    await deliver({ deployment: { environmentGivenId: 'CANARY', deploymentId: 'https://CANARY' } });

    expect(started()).toEqual([]);
    expect(console.warn).toHaveBeenCalledWith({
      message: 'an event of GitHub has no usable deployment id',
      keys: ['environmentGivenId', 'deploymentId', 'deployment'],
    });
    expect(JSON.parse(log.mock.calls[0]?.[0] as string)).toMatchObject({
      service: 'flightwatch',
      GitHubEventsWithoutId: 1,
    });
  });
});

test('`Deployment Triggered` from a source named github.com is an announcement like any other', async () => {
  const detail = { deploymentId: 'clx1' };

  await handler({ id: EVENT_ID, source: 'github.com', 'detail-type': 'Deployment Triggered', detail });

  expect(started()).toEqual([['clx1-1', `{"deploymentId":"clx1","eventId":"${EVENT_ID}"}`]]);
});
