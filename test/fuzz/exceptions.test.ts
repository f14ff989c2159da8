import fc from 'fast-check';
import { readSettings, SettingsError } from '../../lib/constructs/settings';
import { parseApiBaseUrl } from '../../lib/flightcontrol/api-base-url';
import { ApiKeyError, readApiKey } from '../../lib/flightcontrol/api-key';
import { readCreatedAt } from '../../lib/flightcontrol/created-at';
import { parseDeployHookUrl } from '../../lib/flightcontrol/deploy-hook';
import { readDeployment } from '../../lib/flightcontrol/deployment';
import { parseAnswer } from '../../lib/flightcontrol/parse-answer';
import { redactorOf } from '../../lib/flightcontrol/redact';
import { linkRepository } from '../../lib/notification/links';
import { cleanText, cutMiddle, describeValue, kindOf, messageOf, oneLine, showValue } from '../../lib/text';
import { describeBrokenWatch } from '../../lib/watch/broken-watch';
import { describeTaskFailure } from '../../lib/watch/follower';
import { joinSentence, readErrorMessage } from '../../lib/watch/task-error';
import { isTimeoutMinutes, readWatchInput, requestedDeploymentId } from '../../lib/watch/watch-input';
import { anyAnswer, anyJson, anyText } from '../support/hostile-values';
import { tries } from '../support/thorough';
import { CANARY_KEY } from '../support/world';

const RUNS = tries(200, 2000);

/** Control characters except the line break, and halves of characters. */
const UNCLEAN = /[^\P{Cc}\n]|\p{Cs}/u;

function check<T>(value: fc.Arbitrary<T>, predicate: (value: T) => void): void {
  fc.assert(fc.property(value, predicate), RUNS);
}

/** The result, or the error if it is of this kind; any other error is thrown. */
function tryTo<T>(work: () => T, isExpected: (error: Error) => boolean): T | Error {
  try {
    return work();
  } catch (error) {
    if (!isExpected(error as Error)) throw error;
    return error as Error;
  }
}

test('texts: never an error, always clean', () => {
  check(anyText, (text) => {
    expect(cleanText(text)).not.toMatch(UNCLEAN);
    expect(oneLine(text)).not.toMatch(/\n/);
    expect(cleanText(cleanText(text))).toBe(cleanText(text));
    for (const max of [10, 50, 80, 500]) expect(cutMiddle(oneLine(text), max).length).toBeLessThanOrEqual(max);
    expect(cutMiddle(oneLine(text), 50)).not.toMatch(UNCLEAN);
    expect(typeof readErrorMessage(text)).toBe('string');
    expect(joinSentence(text, null, undefined, text)).toMatch(/\.$/);
    expect(describeTaskFailure(text, text)).toContain(', ');
  });
});

test('values in messages: never an error, one short line', () => {
  check(anyJson, (value) => {
    for (const text of [showValue(value), describeValue(value), kindOf(value)]) {
      expect(text.length).toBeLessThanOrEqual(80);
      expect(text).not.toMatch(/\n/);
    }
  });
});

test('thrown values and causes of any kind have a message', () => {
  const anyThrown = fc.oneof(anyText, fc.integer(), fc.constantFrom(undefined, null, Symbol('s'), {}, []));
  check(fc.tuple(anyThrown, anyText), ([thrown, text]) => {
    expect(typeof messageOf(thrown)).toBe('string');
    expect(messageOf(new Error('outer', { cause: new Error(text, { cause: thrown }) }))).toMatch(/^outer/);
  });
});

test('answers: an error names a field and quotes nothing; what is read is clean and short', () => {
  check(anyAnswer, (answer) => {
    const deployment = tryTo(
      () => readDeployment(answer),
      ({ message }) => /^expected (a JSON object|text in the field \w+), got [\w ]+$/.test(message),
    );
    if (deployment instanceof Error) return;
    const { services, ...own } = deployment;
    for (const text of textsIn([own, services])) expect(text).not.toMatch(UNCLEAN);
    for (const text of textsIn(own)) expect(text.length).toBeLessThanOrEqual(200);
  });
});

test('answers: the key is redacted wherever it stands', () => {
  const redact = redactorOf(CANARY_KEY);
  const holdingKey = anyAnswer.map((answer) => replaceTexts(answer, (text) => `${text}${CANARY_KEY}${text}`));
  check(holdingKey, (answer) => {
    const deployment = tryTo(
      () => readDeployment(answer, redact),
      ({ message }) => message.startsWith('expected '),
    );
    const written = deployment instanceof Error ? deployment.message : JSON.stringify(deployment);
    expect(written).not.toContain('CANARY');
  });
});

test('JSON: never an error', () => {
  check(
    fc.oneof(
      anyText,
      anyJson.map((value) => JSON.stringify(value)),
    ),
    (text) => void parseAnswer(text),
  );
});

test('API keys: an ApiKeyError that does not quote the value, or a key that a header can hold', () => {
  const anySecret = fc.oneof(
    anyText,
    anyJson.map((value) => JSON.stringify(value)),
    anyJson.map((value) => JSON.stringify({ apiKey: value })),
  );
  check(anySecret, (secret) => {
    const key = tryTo(
      () => readApiKey(secret),
      (error) => error instanceof ApiKeyError,
    );
    if (typeof key === 'string') expect(() => new Headers({ authorization: key })).not.toThrow();
    else if (secret.trim().length > 12) expect(key.message).not.toContain(secret.trim());
  });
});

test('times: ISO 8601 or nothing', () => {
  const anyTime = fc.oneof(
    anyText,
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString().replace('T', ' ')),
    fc.stringMatching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/),
  );
  check(anyTime, (text) => {
    const time = readCreatedAt(text);
    if (time !== undefined) expect(new Date(time).toISOString()).toBe(time);
  });
});

test('links: to a known host, or none', () => {
  const anyUrl = fc.oneof(
    anyText,
    anyText.map((text) => `https://github.com/${text}`),
    anyText.map((text) => `git@gitlab.com:${text}`),
  );
  check(fc.tuple(anyUrl, anyText, anyText), ([url, branch, commit]) => {
    const clean = { url: oneLine(url), branch: oneLine(branch), commit: oneLine(commit) };
    const links = linkRepository(clean);
    for (const link of [links?.branch, links?.commit]) {
      if (link !== undefined) expect(new URL(link).host).toMatch(/^(www\.)?(github\.com|gitlab\.com|bitbucket\.org)$/);
    }
  });
});

test('inputs of watches: an input, or one sentence', () => {
  check(
    fc.oneof(anyJson, fc.record({ deploymentId: anyJson, timeoutMinutes: anyJson }, { requiredKeys: [] })),
    (input) => {
      const result = readWatchInput(input, 120);
      if ('mistake' in result) expect(result.mistake).toMatch(/^[^\n]{20,400}\.$/);
      else expect(isTimeoutMinutes(result.input.timeoutMinutes)).toBe(true);
      expect([undefined, 'string']).toContain(typeof requestedDeploymentId(input) === 'string' ? 'string' : undefined);
    },
  );
});

test('broken watches: a notification, whatever their input, error and cause', () => {
  const facts = { status: 'FAILED' as const, executionArn: 'arn:aws:states:eu-west-1:1:execution:f:n', look: null };
  const times = { startedAt: new Date(0), endedAt: new Date(1000) };
  check(fc.tuple(anyJson, fc.option(anyText), fc.option(anyText)), ([input, error, cause]) => {
    const { subject, record } = describeBrokenWatch({ ...facts, ...times, input, error, cause });
    expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
    expect(record.reason?.length).toBeLessThanOrEqual(500);
  });
});

test('addresses: an Error that says what was expected, or an address that may be sent a key', () => {
  const anyAddress = fc.oneof(
    anyText,
    anyText.map((text) => `https://${text}`),
    anyText.map((text) => `https://a.example/${text}`),
    fc.webUrl(),
  );
  check(anyAddress, (text) => {
    const isExpected = ({ message }: Error) => message.startsWith('got ');
    for (const parse of [parseApiBaseUrl, parseDeployHookUrl]) {
      const url = tryTo(() => parse(text), isExpected);
      if (url instanceof URL)
        expect(url.protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)).toBe(true);
    }
  });
});

const NAMES = [
  'stackName',
  'stateMachineName',
  'notifyEmails',
  'notifyOn',
  'alarmEmails',
  'apiKeySecretArn',
  'api',
  'apiBaseUrl',
  'timeoutMinutes',
  'pacing',
  'slackWorkspaceId',
  'slackChannelId',
  'eventBusName',
];

test('settings: a SettingsError, or settings', () => {
  const anyContext = fc.dictionary(
    fc.oneof(
      fc.constant('flightwatch'),
      fc.constantFrom(...NAMES).map((name) => `flightwatch.${name}`),
    ),
    fc.oneof(anyJson, fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), anyText), anyJson)),
  );
  check(anyContext, (context) => {
    const read = () =>
      readSettings({ tryGetContext: (key) => (Object.hasOwn(context, key) ? context[key] : undefined) });
    const settings = tryTo(read, (error) => error instanceof SettingsError);
    if (settings instanceof Error) expect(settings.message).not.toMatch(/undefined|\[object|Invalid type/);
  });
});

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function replaceTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return value === 'clx1' ? value : replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaceTexts(item, replace)]));
}
