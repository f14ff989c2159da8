import fc from 'fast-check';
import * as v from 'valibot';
import { type History, TRENDS } from '../../lib/contract/history';
import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { readDeployment } from '../../lib/flightcontrol/deployment';
import { linkExecution, linkRepository } from '../../lib/notification/links';
import type { Notification } from '../../lib/notification/notification';
import { judge } from '../../lib/watch/judge';
import type { Look } from '../../lib/watch/look';
import { failWatch } from '../../lib/watch/watch-failure';
import { requestedDeploymentId } from '../../lib/watch/watch-input';
import { anyAddress } from '../support/hostile-values';
import { withHistory } from '../support/notifications';
import { tries } from '../support/thorough';

const context = {
  deploymentId: 'clx1',
  timeoutMinutes: 120,
  executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:flightwatch:clx1',
  startedAt: '2023-01-09T22:10:05.000Z',
  now: new Date('2023-01-09T22:15:05.000Z'),
  previous: null,
  pacing: DEFAULT_PACING,
  jitter: 0.5,
};

/** Characters that have to be escaped, kept whole, or removed. */
const nastyText = fc.constantFrom(
  '"',
  '\\',
  '<!channel>',
  '&',
  '\u{1f600}',
  'a\u{1f600}',
  '\u6f22',
  '\n',
  '\u202e',
  '\uffff',
);

/** `maxLength` alone makes strings of ten characters: long ones are made by repetition. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .tuple(fc.oneof(nastyText, fc.string({ unit: 'binary', minLength: 1 })), fc.integer({ min: 1, max: 1000 }))
    .map(([text, times]) => text.repeat(times)),
);

/** As long as one may be. */
const LONG_ADDRESS = `https://api.mydomain.com/${'p'.repeat(200 - 'https://api.mydomain.com/'.length)}`;

/** What looks before the last one saw: any status, which may be as long as it likes. */
const anyPhases = fc.array(fc.oneof(anyText, fc.constantFrom('BUILDING', 'DEPLOYING')), { maxLength: 25, size: 'max' });

function lookAt(statuses: readonly string[]): Look | null {
  const now = new Date(context.startedAt);
  return statuses.reduce<Look | null>((previous, text) => {
    const deployment = readDeployment({ deploymentId: 'clx1', status: `_${text}` });
    return judge(deployment, { ...context, now, previous });
  }, null);
}

const anyAnswer = fc.record(
  {
    deploymentId: fc.constant('clx1'),
    status: fc.constantFrom('SUCCESS', 'NO_CHANGE', 'ERROR', 'BUILD_ERROR', 'CANCELLED', 'DEPLOYING', 'NEW_STATUS'),
    createdAt: fc.oneof(anyText, fc.constant('2023-01-09 22:10:02.381'), fc.jsonValue()),
    projectId: anyText,
    isPreviewEnvironment: fc.constantFrom(true, false, 'true', null),
    environmentGivenId: fc.oneof(anyText, fc.jsonValue()),
    environmentId: fc.oneof(anyText, fc.constant(null)),
    repoUrl: fc.oneof(anyText, fc.constantFrom('git@github.com:o/r.git', `https://gitlab.com/o/${'r'.repeat(170)}`)),
    gitBranch: fc.oneof(anyText, fc.constant(null)),
    gitCommit: fc.oneof(anyText, fc.constant('01e573f2198f120f66b08621fde0256874d0c24d')),
    serviceDeployments: fc.array(
      fc.record(
        {
          service: fc.record(
            {
              serviceId: anyText,
              serviceName: anyText,
              serviceGivenId: anyText,
              type: anyText,
              serviceDomain: fc.oneof(anyAddress, fc.constant(LONG_ADDRESS)),
            },
            { requiredKeys: [] },
          ),
          status: fc.oneof(fc.constantFrom('SUCCESS', 'ERROR'), anyText),
          error: fc.oneof(fc.jsonValue(), anyText),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 40, size: 'max' },
    ),
  },
  { requiredKeys: ['deploymentId', 'status'] },
);

test('for any answer of the API, SNS accepts the notification and every part of it is valid', () => {
  fc.assert(
    fc.property(anyAnswer, anyPhases, (json, phases) => {
      const previous = lookAt(phases);
      expectSound(judge(readDeployment(json), { ...context, timeoutMinutes: 5, previous }).notification ?? fail());
    }),
    tries(50, 500),
  );
});

const anyTime = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());

const anyCommit = fc.oneof(anyText, fc.constantFrom('8d2c5b7e9f014a6fb3c19d5e2a7084f6c1b0e35d', 'f'.repeat(64)));

const anyBranch = fc.oneof(anyText, fc.constantFrom('main', '$(reboot)', '--force', `feature/${'x'.repeat(190)}`));

/** Nobody promises what is in a table; only times are checked when it is read. */
const anyHistory: fc.Arbitrary<History> = fc.record(
  {
    trend: fc.constantFrom(...TRENDS),
    failuresInARow: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.maxSafeNat()),
    usualSeconds: fc.oneof(fc.nat({ max: 10_000 }), fc.double({ min: 0, noNaN: true })),
    previous: fc.record(
      {
        outcome: fc.constantFrom('SUCCEEDED' as const, 'FAILED' as const),
        deploymentId: anyText,
        commit: anyCommit,
        endedAt: anyTime,
      },
      { requiredKeys: ['outcome', 'deploymentId', 'endedAt'] },
    ),
    lastSuccess: fc.record(
      { deploymentId: anyText, branch: anyBranch, commit: anyCommit, endedAt: anyTime },
      { requiredKeys: ['deploymentId', 'endedAt'] },
    ),
  },
  { requiredKeys: [] },
);

test('the same holds with any history, whatever is in the table', () => {
  fc.assert(
    fc.property(anyAnswer, anyHistory, (json, history) => {
      const { notification } = judge(readDeployment(json), { ...context, timeoutMinutes: 5 });
      const withIt = withHistory(notification ?? fail(), history, 'Look at the logs of web-api in Flightcontrol.');

      expectSound(withIt);
      expect(withIt.attributes.trend?.StringValue).toBe(history.trend);
    }),
    tries(50, 500),
  );
});

test('the same holds for a watch that failed, for any input and reason', () => {
  fc.assert(
    fc.property(fc.jsonValue(), anyText, anyPhases, (input, reason, phases) => {
      const nextStep = 'Start the watch again.';
      const watch = { ...context, previous: lookAt(phases) };
      expectSound(failWatch(requestedDeploymentId(input), watch, { reason, nextStep }).notification);
      expectSound(failWatch(requestedDeploymentId({ deploymentId: input }), watch, { reason, nextStep }).notification);
    }),
    tries(50, 500),
  );
});

/** Control characters except line breaks, directional controls, and characters that SQS rejects. */
const UNWANTED = /[^\P{Cc}\n]|\p{Bidi_Control}|\p{Noncharacter_Code_Point}|\p{Cs}/u;

function expectSound({ subject, messages, attributes, record }: Notification): void {
  expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
  expect(Buffer.byteLength(JSON.stringify({ subject, messages, attributes }))).toBeLessThan(64 * 1024);
  expect(Buffer.byteLength(messages.https)).toBeLessThan(10 * 1024);
  expect(messages.sms.length).toBeLessThan(140);
  expect(messages.sms).not.toContain('\n');
  for (const text of Object.values(messages)) expect(text).not.toMatch(UNWANTED);
  for (const text of [messages.sqs, messages.lambda, messages.firehose]) expect(JSON.parse(text)).toEqual(record);
  expectChatMessage(JSON.parse(messages.https));
  expect(Object.keys(attributes).length).toBeLessThanOrEqual(10);
  for (const attribute of Object.values(attributes)) {
    expect(attribute).toEqual({ DataType: 'String', StringValue: expect.stringMatching(/^.+$/u) });
    expect(attribute.StringValue).not.toMatch(UNWANTED);
  }
  expect(attributes.outcome?.StringValue).toBe(record.outcome);
  for (const { url } of record.services ?? []) if (url !== undefined) expectSafeAddress(url);
  expect(record.phases?.length ?? 1).toBeLessThanOrEqual(20);
  for (const { seconds } of record.phases ?? []) expect(Number.isInteger(seconds) && seconds >= 0).toBe(true);
}

/** Whole, on the web, without credentials, and nothing that ends a link in any channel. */
function expectSafeAddress(url: string): void {
  expect(url).toMatch(/^https?:\/\/[\w.-]+(:\d+)?(\/[\w.~%/-]*)?$/);
  expect(url.length).toBeLessThanOrEqual(200);
  expect(new URL(url).href.replace(/\/$/, '')).toBe(url.replace(/\/$/, ''));
}

const text = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most));

/** Nothing else is allowed. Source: Amazon Q Developer in chat applications, Custom notifications, Event schema. */
const chatSchema = v.strictObject({
  version: v.literal('1.0'),
  source: v.literal('custom'),
  content: v.strictObject({
    textType: v.literal('client-markdown'),
    title: text(250),
    description: text(8000),
    nextSteps: v.exactOptional(v.pipe(v.array(text(350)), v.minLength(1), v.maxLength(3))),
    keywords: v.pipe(v.array(text(75)), v.minLength(1), v.maxLength(10)),
  }),
  metadata: v.strictObject({ threadId: text(250), summary: text(250) }),
});

function expectChatMessage(message: unknown): void {
  const { issues, output } = v.safeParse(chatSchema, message);
  expect(issues).toBeUndefined();
  const { content, metadata } = output as v.InferOutput<typeof chatSchema>;
  // Slack reads these as mentions and links; only those of services and at the end are ours.
  for (const text of [content.title, metadata.summary, ...(content.nextSteps ?? []), ...content.keywords]) {
    expect(text).not.toMatch(/[<>]/);
  }
  expect(content.description.replace(/<https?:\/\/[^<>|\s]+\|[^<>|\n]+>/g, '')).not.toMatch(/[<>]/);
}

function fail(): never {
  throw new Error('no notification');
}

function notify(status: string, services: readonly object[], more: object = {}): Notification {
  const json = { deploymentId: 'clx1', status, serviceDeployments: services, ...more };
  return judge(readDeployment(json), { ...context, timeoutMinutes: 5 }).notification ?? fail();
}

function service(serviceName: string, status: string, error: unknown = null): object {
  return { service: { serviceName }, status, error };
}

test.each(['"', '\\', '\u6f22', '\u{1f600}', '<'])(
  'a thousand services with errors of %j fit, the failed first, the others counted',
  (character) => {
    const long = character.repeat(4000);
    const services = Array.from({ length: 999 }, () => service(long, 'SUCCESS', long));

    const notification = notify('ERROR', [...services, service('web-api', 'ERROR', `start ${long} end`)]);

    expectSound(notification);
    expect(notification.record.services?.[0]).toMatchObject({
      name: 'web-api',
      error: expect.stringMatching(/^start .+ \[...\] .+ end$/u),
    });
    expect(notification.record.servicesByStatus).toEqual({ SUCCESS: 999, ERROR: 1 });
    expect(notification.messages.email).toMatch(/\n- web-api: ERROR\n {4}start .+ end\n[\s\S]+\n- and 9\d\d more\n/u);
    expect(JSON.parse(notification.messages.https).content.description).toMatch(
      /^• \*web-api\*: ERROR: start .+ end\n/u,
    );
  },
);

test('a chat message whose services take three bytes a character stays below 10 KiB', () => {
  const services = Array.from({ length: 10 }, (_, index) => service(`service-${index}`, 'ERROR', '\u6f22'.repeat(270)));

  const { messages } = notify('ERROR', services);

  expect(Buffer.byteLength(messages.https)).toBeLessThan(10 * 1024);
  expect(JSON.parse(messages.https).content.description).toMatch(/\n• and \d more\n/);
});

test('the chat message counts the services that it does not list', () => {
  const services = Array.from({ length: 14 }, (_, index) => service(`service-${index}`, 'SUCCESS'));

  const { description } = JSON.parse(notify('SUCCESS', services).messages.https).content;

  expect(description).toContain('• *service-9*: SUCCESS\n• and 4 more\n');
});

test.each(['FAILED', 'CANCELLED'])('%s: no channel shows the error of a service twice', (outcome) => {
  const services = [service('web-api', 'BUILD_ERROR', 'npm ERR!'), service('worker', 'CANCELLED')];

  const { record, messages } = notify(outcome === 'FAILED' ? 'BUILD_ERROR' : 'CANCELLED', services);

  expect(record).toMatchObject({ outcome, reason: 'web-api: BUILD_ERROR: npm ERR!' });
  for (const text of [messages.email, messages.https]) expect(text.split('npm ERR!')).toHaveLength(2);
});

test.each([
  ['https://github.com/o/r', 'https://github.com/o/r/tree/feat/%23a', 'https://github.com/o/r/commit/01e573f'],
  [
    'git@gitlab.com:group/sub/r.git',
    'https://gitlab.com/group/sub/r/-/tree/feat/%23a',
    'https://gitlab.com/group/sub/r/-/commit/01e573f',
  ],
  [
    'ssh://git@bitbucket.org/o/r.git',
    'https://bitbucket.org/o/r/branch/feat/%23a',
    'https://bitbucket.org/o/r/commits/01e573f',
  ],
])('links of %s', (url, branch, commit) => {
  expect(linkRepository({ url, branch: 'feat/#a', commit: '01e573f' })).toMatchObject({ branch, commit });
});

test.each(['https://example.com/o/r', 'javascript:alert(1)', '', 'git@github.com:../../x'])(
  'no links for %j',
  (url) => {
    expect(linkRepository({ url, branch: 'main' })).toBeUndefined();
  },
);

test('the link to the execution, by partition; none for a laptop', () => {
  expect(linkExecution(context.executionArn)).toBe(
    'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:123456789012:execution:flightwatch:clx1',
  );
  expect(linkExecution('arn:aws:states:local:000000000000:execution:flightwatch:x')).toBeUndefined();
});
