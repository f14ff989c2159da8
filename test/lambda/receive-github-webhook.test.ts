import { sign } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import type { WebhookAnswer } from '../../lib/aws/webhook-receiver';
import { gitHubFilterEnvironment, receiverEnvironment } from '../../lib/contract/environment';
import type { WebhookRequest } from '../../lib/flightcontrol/webhook-request';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer, WEBHOOK_SECRET_ARN } from '../support/aws-server';

const SECRET = 'CANARY_of_the_webhook';
const LEVELS = ['log', 'info', 'warn', 'error'] as const;

let aws: AwsServer;
let handler: (request: WebhookRequest) => Promise<WebhookAnswer>;

beforeEach(async () => {
  aws = await AwsServer.start();
  aws.webhookSecret = { AWSCURRENT: { value: SECRET, createdAt: new Date(0) } };
  Object.assign(
    process.env,
    awsEnvironment(aws),
    receiverEnvironment.encode({
      secretArn: WEBHOOK_SECRET_ARN,
      eventBusName: 'deployments',
      eventSource: 'com.example.flightcontrol',
      stateMachineName: 'flightwatch',
    }),
    gitHubFilterEnvironment.encode({ environments: ['prod*'], previewEnvironments: false }),
    // Otherwise the library does not write to the console that the tests spy on.
    { POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'false' },
  );
  // Each test has an environment of its own, with nothing cached.
  jest.resetModules();
  ({ handler } = jest.requireActual<{ handler: typeof handler }>('../../lambda/receive-github-webhook'));
  for (const level of LEVELS) jest.spyOn(console, level).mockImplementation();
});
afterEach(async () => {
  const logged = JSON.stringify(loggedLines());
  jest.restoreAllMocks();
  await aws.close();
  expect(logged).not.toContain('CANARY');
});

function loggedLines(): unknown[] {
  return LEVELS.flatMap((level) => jest.mocked(console[level]).mock.calls).flat();
}

interface Options {
  readonly event?: string;
  readonly contentType?: string;
  readonly secret?: string;
  readonly signature?: string;
  readonly base64?: boolean;
}

/** Sends what GitHub sends. */
async function deliver(body: string, options: Options = {}): Promise<[number, string]> {
  const { event = 'deployment', contentType = 'application/json', secret = SECRET, base64 = false } = options;
  const { statusCode, body: answer } = await handler({
    requestContext: { http: { method: 'POST' } },
    headers: {
      'content-type': contentType,
      'x-github-event': event,
      'x-hub-signature-256': options.signature ?? (await sign(secret, body)),
    },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  });
  expect(answer).not.toContain('CANARY');
  return [statusCode, (JSON.parse(answer) as { message: string }).message];
}

function eventAbout(deployment: unknown, more: object = {}): string {
  return JSON.stringify({ deployment: { payload: { deployment }, ...more }, sender: { login: 'CANARY' } });
}

const PRODUCTION = { deploymentId: 'clx1', environmentGivenId: 'production' };
const ANNOUNCED = [202, 'The deployment is announced.'];

test("a deployment of Flightcontrol is put on the bus in the form of every announcement, as GitHub's", async () => {
  expect(await deliver(eventAbout(PRODUCTION))).toEqual(ANNOUNCED);

  expect(aws.busEntries).toEqual([
    {
      EventBusName: 'deployments',
      Source: 'com.example.flightcontrol',
      DetailType: 'Deployment Triggered',
      Detail: '{"deploymentId":"clx1","announcedBy":"github"}',
    },
  ]);
  expect(loggedLines()).toEqual([{ message: 'announced', deploymentId: 'clx1' }]);
});

test.each<[string, Options]>([
  ['as JSON in base64', { base64: true }],
  ["as a form, which is GitHub's default", { contentType: 'application/x-www-form-urlencoded' }],
  ['as a form in base64', { contentType: 'application/x-www-form-urlencoded', base64: true }],
  ['as deployment_status', { event: 'deployment_status' }],
])('a delivery %s is taken', async (_, options) => {
  const json = eventAbout({ ...PRODUCTION, note: 'é & = % + ✨' });
  const isForm = options.contentType !== undefined;

  expect(await deliver(isForm ? new URLSearchParams({ payload: json }).toString() : json, options)).toEqual(ANNOUNCED);
  expect(aws.busEntries).toHaveLength(1);
});

test('ping is answered', async () => {
  expect(await deliver('{"zen":"CANARY"}', { event: 'ping' })).toEqual([
    200,
    'Flightwatch receives the events of this webhook.',
  ]);
});

test.each<[string, string, string, Options]>([
  ['another event', '{"ref":"refs/heads/main"}', 'Flightwatch does not use this event.', { event: 'push' }],
  ['no name of an event', '{}', 'Flightwatch does not use this event.', { event: '' }],
  [
    'a deployment of another tool',
    eventAbout('CANARY'),
    'The event is not about a current deployment of Flightcontrol.',
    {},
  ],
  ['a list', '[]', 'The event is not about a current deployment of Flightcontrol.', {}],
  [
    'an id that is an address',
    eventAbout({ id: 'https://CANARY.example.com' }),
    'The event is not about a current deployment of Flightcontrol.',
    {},
  ],
  [
    'an event that is replayed after 30 days',
    eventAbout(PRODUCTION, { created_at: '2020-01-01T00:00:00Z' }),
    'The event is not about a current deployment of Flightcontrol.',
    {},
  ],
  [
    'an environment that the settings leave out',
    eventAbout({ ...PRODUCTION, environmentGivenId: 'staging' }),
    'The settings of Flightwatch leave this deployment out.',
    {},
  ],
  [
    'a preview that the settings leave out',
    eventAbout({ ...PRODUCTION, isPreviewEnvironment: true }),
    'The settings of Flightwatch leave this deployment out.',
    {},
  ],
])('%s is answered with 202 and dropped', async (_, body, message, options) => {
  expect(await deliver(body, options)).toEqual([202, message]);
  expect(aws.busEntries).toEqual([]);
  expect(console.warn).not.toHaveBeenCalled();
});

test('an event without a usable id is answered with 202, warns with key names, and counts for the alarm', async () => {
  const body = eventAbout({ environmentGivenId: 'CANARY', deploymentId: 'https://CANARY.example.com' });

  expect(await deliver(body)).toEqual([202, 'The event has no usable deployment id.']);

  expect(aws.busEntries).toEqual([]);
  expect(console.warn).toHaveBeenCalledWith({
    message: 'an event of GitHub has no usable deployment id',
    keys: ['environmentGivenId', 'deploymentId', 'deployment'],
  });
  const [[line]] = jest.mocked(console.log).mock.calls as [[string]];
  expect(JSON.parse(line)).toMatchObject({ service: 'flightwatch', GitHubEventsWithoutId: 1 });
});

test.each<[string, Options]>([
  ['by another secret', { secret: 'CANARY_of_a_stranger' }],
  ['of another body', { signature: `sha256=${'0'.repeat(64)}` }],
  ['of no known form', { signature: 'CANARY' }],
  ['that is missing', { signature: '' }],
])('a signature %s gets 401, and the log says that and no more', async (_, options) => {
  const [statusCode] = await deliver(eventAbout(PRODUCTION), options);

  expect(statusCode).toBe(401);
  expect(aws.busEntries).toEqual([]);
  expect(loggedLines()).toEqual(['A delivery was refused: its signature is missing or wrong.']);
});

test('a delivery that was cut on its way gets 401', async () => {
  const body = eventAbout(PRODUCTION);

  const [statusCode] = await deliver(body.slice(0, -1), { signature: await sign(SECRET, body) });

  expect(statusCode).toBe(401);
});

test.each<[string, string, Options]>([
  ['JSON that is cut', '{"deployment":', {}],
  ['another content type', eventAbout(PRODUCTION), { contentType: 'text/plain' }],
  ['a form that is said to be JSON', 'payload=%7B%7D', {}],
])('a body that cannot be read gets 400, if its signature is right: %s', async (_, body, options) => {
  expect((await deliver(body, options))[0]).toBe(400);
  expect(aws.busEntries).toEqual([]);
});

test('a delivery that is too large gets 413', async () => {
  expect((await deliver('a'.repeat(1024 * 1024 + 1)))[0]).toBe(413);
});

test('the same delivery sent twice is two events of one announcement', async () => {
  await deliver(eventAbout(PRODUCTION));
  await deliver(eventAbout(PRODUCTION));

  expect(new Set(aws.busEntries.map(({ Detail }) => Detail)).size).toBe(1);
});

test('whatever a stranger sends, nothing is announced, and the answer is an error', async () => {
  const signature = fc.oneof(fc.string(), fc.stringMatching(/^sha256=[0-9a-f]{64}$/));
  const request = fc.record(
    {
      requestContext: fc.record({ http: fc.record({ method: fc.constantFrom('POST', 'POST', 'GET', '') }) }),
      headers: fc.record({
        'x-hub-signature-256': signature,
        'x-github-event': fc.string(),
        'content-type': fc.string(),
      }),
      body: fc.oneof(fc.string(), fc.base64String(), fc.json()),
      isBase64Encoded: fc.boolean(),
    },
    { requiredKeys: [] },
  );

  await fc.assert(
    fc.asyncProperty(request, async (value) => {
      expect((await handler(value)).statusCode).toBeGreaterThanOrEqual(400);
      expect((await handler(value)).statusCode).toBeLessThan(500);
    }),
  );

  expect(aws.busEntries).toEqual([]);
  expect(aws.calls.length).toBeLessThanOrEqual(2);
});

describe('GitHub gets 500, and shows it, if', () => {
  test('the bus refuses the event', async () => {
    aws.isBusFull = true;

    expect(await deliver(eventAbout(PRODUCTION))).toEqual([
      500,
      'The deployment could not be announced on the event bus.',
    ]);
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining('ThrottlingException'));
  });

  test('the call to the bus fails', async () => {
    const denied = { status: 400, type: 'AccessDeniedException' };
    aws.faults.PutEvents = [denied, denied];

    expect((await deliver(eventAbout(PRODUCTION)))[0]).toBe(500);
  });

  test('the secret is missing', async () => {
    aws.webhookSecret = {};

    expect(await deliver(eventAbout(PRODUCTION))).toEqual([
      500,
      'The secret of the webhook does not exist or has no value.',
    ]);
    expect(aws.busEntries).toEqual([]);
  });
});

test('a connection that is cut once is tried again', async () => {
  aws.faults.PutEvents = ['drop'];

  expect(await deliver(eventAbout(PRODUCTION))).toEqual(ANNOUNCED);
});
