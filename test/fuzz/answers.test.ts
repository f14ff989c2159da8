import { SFNClient } from '@aws-sdk/client-sfn';
import fc from 'fast-check';
import { handler as start } from '../../lambda/start-watch';
import { startEnvironment } from '../../lib/contract/environment';
import { DEFAULT_WATCH_SETTINGS } from '../../lib/contract/watch-settings';
import { createClient, FlightcontrolError } from '../../lib/flightcontrol/client';
import { callDeployHook, DeployHookError } from '../../lib/flightcontrol/deploy-hook';
import { isDeploymentId } from '../../lib/flightcontrol/deployment-id';
import type { Look } from '../../lib/watch/look';
import { type PollEvent, poll } from '../../lib/watch/poll';
import { InMemoryStepFunctions } from '../support/hostile-aws';
import { MAX_STATE_BYTES } from '../support/hostile-step-functions';
import { anyAnswer, anyJson, anyText } from '../support/hostile-values';
import { STATE_MACHINE_ARN, StepFunctions } from '../support/step-functions';
import { tries } from '../support/thorough';
import { CANARY_KEY } from '../support/world';

const RUNS = tries(100, 1000);

const STATUSES = [200, 201, 299, 301, 302, 400, 401, 403, 404, 405, 408, 418, 421, 429, 500, 502, 503, 599];

/** The key wherever v1 has a field. */
const anyAnswerWithKey = fc
  .constantFrom(
    CANARY_KEY,
    encodeURIComponent(CANARY_KEY),
    encodeURIComponent(CANARY_KEY).replace(/%../g, (octet) => octet.toLowerCase()),
  )
  .map((key) => ({
    deploymentId: 'clx1',
    status: 'SUCCESS',
    projectId: key,
    serviceDeployments: [
      { serviceId: key, serviceDomain: `https://${key}.mydomain.com` },
      { service: { serviceId: key, serviceDomain: `https://api.mydomain.com/${key}` } },
      { service: { serviceName: 'web-api', serviceDomain: `api.mydomain.com?key=${key}` } },
      { service: { serviceName: 'web-api', serviceDomain: `https://${key}@api.mydomain.com` } },
    ],
  }));

const anyBody: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: anyAnswer.map((answer) => JSON.stringify(answer)) },
  { weight: 1, arbitrary: anyAnswerWithKey.map((answer) => JSON.stringify(answer)) },
  { weight: 1, arbitrary: anyText },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: anyAnswer.map((answer) => JSON.stringify(answer).slice(0, -3)) },
  {
    weight: 1,
    arbitrary: fc.constant(
      `{"error":"${CANARY_KEY.replaceAll('"', '\\\\"')}","message":"${encodeURIComponent(CANARY_KEY)}"}`,
    ),
  },
);

const anyHeader = fc.oneof(
  fc.constantFrom('', '0', '1', '-1', '1.5', '1e9', '999999999999', ' 7 ', 'soon', 'Infinity', '0x10'),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.stringMatching(/^[\x20-\x7e]{0,60}$/),
);

const anyExchange = fc.record({
  status: fc.oneof({ weight: 3, arbitrary: fc.constant(200) }, { weight: 2, arbitrary: fc.constantFrom(...STATUSES) }),
  body: anyBody,
  retryAfter: anyHeader,
  date: anyHeader,
});

type Exchange = typeof anyExchange extends fc.Arbitrary<infer T> ? T : never;

function respond({ status, body, retryAfter, date }: Exchange): Response {
  return new Response(body as string, { status, headers: { 'retry-after': retryAfter, date } });
}

function ask(exchange: Exchange) {
  return createClient({ api: 'legacy', fetch: async () => respond(exchange) });
}

test('the client: a deployment, or a FlightcontrolError on one line and without the key', async () => {
  await fc.assert(
    fc.asyncProperty(anyExchange, async (exchange) => {
      const result = await ask(exchange)(CANARY_KEY, 'clx1').catch((error: unknown) => error);
      if (!(result instanceof Error)) {
        expect(result).toMatchObject({ deploymentId: 'clx1', status: expect.stringMatching(/./) });
        return;
      }
      expect(result).toBeInstanceOf(FlightcontrolError);
      const { message, retryAfterSeconds = 0 } = result as FlightcontrolError;
      expect(message).toMatch(/^GET [^\n]{1,500}$/);
      expect(message).not.toContain('CANARY');
      expect(Number.isSafeInteger(retryAfterSeconds) && retryAfterSeconds >= 0).toBe(true);
    }),
    RUNS,
  );
});

const anyEvent: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ deploymentId: 'clx1' }) },
  { weight: 1, arbitrary: anyJson },
  { weight: 1, arbitrary: fc.record({ deploymentId: anyJson, timeoutMinutes: anyJson }, { requiredKeys: [] }) },
);

const OUTCOMES = ['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'WATCH_FAILED'];
const KEYS_OF_LOOK = [
  'deployment',
  'notification',
  'outage',
  'outcome',
  'phases',
  'plain',
  'reason',
  'services',
  'status',
  'waitSeconds',
];

test('the poll function: a look of the closed shape that the state machine reads, whatever the input and the answers', async () => {
  await fc.assert(
    fc.asyncProperty(anyEvent, fc.array(anyExchange, { minLength: 1, maxLength: 4 }), async (input, exchanges) => {
      let look: Look | null = null;
      for (const [index, exchange] of exchanges.entries()) {
        look = await pollOnce(input, exchange, look, index * 30);
        checkLook(look);
        if (look.outcome !== 'IN_PROGRESS') return;
      }
    }),
    RUNS,
  );
});

function pollOnce(input: unknown, exchange: Exchange, look: Look | null, seconds: number): Promise<Look> {
  const settings = { ...DEFAULT_WATCH_SETTINGS, pacing: { ...DEFAULT_WATCH_SETTINGS.pacing, lingerSeconds: 0 } };
  const execution = {
    arn: 'arn:aws:states:eu-west-1:123456789012:execution:f:n',
    startedAt: '2023-01-09T22:10:05.000Z',
  };
  const event: PollEvent = { input, execution, settings, look };
  return poll(event, {
    getDeployment: ask(exchange),
    readKey: async () => CANARY_KEY,
    now: () => new Date(Date.parse(execution.startedAt) + seconds * 1000),
    sleep: async () => {},
    random: () => 0.5,
    warn: () => {},
    onLook: () => {},
    keyLocation: 'the secret arn:key',
  });
}

function checkLook(look: Look): void {
  const json = JSON.stringify(look);
  expect(Object.keys(JSON.parse(json) as object).sort()).toEqual(expect.arrayContaining(KEYS_OF_LOOK));
  expect(OUTCOMES).toContain(look.outcome);
  expect(Number.isInteger(look.waitSeconds) && look.waitSeconds >= 1).toBe(true);
  expect(look.reason).toMatch(/^[^\n]+$/);
  expect(Buffer.byteLength(json)).toBeLessThan(MAX_STATE_BYTES / 2);
  expect(json.toLowerCase()).not.toContain('canary');
  expect(look.phases.length).toBeLessThanOrEqual(20);
  if (look.outcome === 'IN_PROGRESS') return;
  expect(look.notification?.subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
  for (const { StringValue } of Object.values(look.notification?.attributes ?? {})) expect(StringValue).not.toBe('');
}

test('the deploy hook: an id, or a DeployHookError that holds neither the URL nor any text of the answer', async () => {
  const url = new URL('https://app.example/api/deploy-hook/env/CANARY_secret');
  const anyHookBody = fc.oneof(
    anyBody,
    fc
      .record({ success: anyJson, deploymentId: anyJson }, { requiredKeys: [] })
      .map((answer) => JSON.stringify(answer)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...STATUSES), anyHookBody, async (status, body) => {
      const fetch = async () => new Response(body as string, { status });
      const result = await callDeployHook(url, { branch: 'main' }, { fetch, timeoutMs: 1000 }).catch(
        (error: unknown) => error,
      );
      if (typeof result === 'string') expect(isDeploymentId(result)).toBe(true);
      else {
        expect(result).toBeInstanceOf(DeployHookError);
        expect((result as Error).message).toMatch(/^The deploy hook [^\n]{1,300}$/);
        expect((result as Error).message).not.toContain('CANARY');
      }
    }),
    RUNS,
  );
});

test('announcements: one execution with a name that Step Functions takes, whatever the event holds', async () => {
  let aws = new InMemoryStepFunctions(new StepFunctions());
  Object.assign(process.env, startEnvironment.encode({ stateMachineArn: STATE_MACHINE_ARN }));
  jest.spyOn(SFNClient.prototype, 'send').mockImplementation(((command: never) => aws.send(command)) as never);
  for (const method of ['info', 'warn'] as const) jest.spyOn(console, method).mockImplementation();
  const id = '0d079340-135a-c8c6-95c2-41fb8f496c53';

  await fc.assert(
    fc.asyncProperty(anyEvent, async (detail) => {
      aws = new InMemoryStepFunctions(new StepFunctions());
      await start({ id, detail });
      await start({ id, detail });
      const executions = [...aws.service.executionsOf(STATE_MACHINE_ARN)];
      expect(executions).toEqual([[expect.stringMatching(/^[\w-]{1,80}$/), expect.anything()]]);
      expect(() => JSON.parse(executions[0]?.[1].input ?? '') as unknown).not.toThrow();
    }),
    RUNS,
  );
  jest.restoreAllMocks();
});
