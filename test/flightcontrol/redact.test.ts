import fc from 'fast-check';
import { createClient } from '../../lib/flightcontrol/client';
import { redactorOf } from '../../lib/flightcontrol/redact';
import { deploymentJson } from '../../lib/local/flightcontrol-server';
import { cleanText } from '../../lib/text';
import { tries } from '../support/thorough';

const KEY_CHARACTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/.=~"\\$%&'];

const keys = fc
  .string({ unit: fc.constantFrom(...KEY_CHARACTERS), minLength: 16, maxLength: 64 })
  .filter((key) => key.replaceAll('\\', '').length >= 12);

/** What a terminal, a browser or a reader does not see, and so does not miss. */
const UNSEEN = [
  ...['', '\u0000', '\u0007', '\u001b[31m', '\u001b]0;x\u0007', '\r', '\n', '\t', ' ', '\\', '\u00ad', '\u009f'],
  ...['\u200b', '\u200d', '\u200e', '\u202e', '\u2028', '\u2066', '\ufeff', '\ufe0f', '\ud800', '\udc00', '\u{e0101}'],
];

/** A key as an answer may repeat it: as it is, encoded, or with something between its characters. */
const repeated = keys.chain((key) =>
  fc
    .tuple(
      fc.constantFrom(key, encodeURIComponent(key), lowerCaseEscapes(key)),
      fc.array(fc.constantFrom(...UNSEEN), { minLength: 1, maxLength: 20 }),
    )
    .map(([form, gaps]) => ({
      key,
      form: [...form].map((letter, index) => letter + gaps[index % gaps.length]).join(''),
    })),
);

/** Long enough for every place where a text is cut, and with nothing in it that could be a part of a key. */
const surroundings = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 0, max: 5000 }).map((length) => '. '.repeat(length)),
);

function lowerCaseEscapes(key: string): string {
  return encodeURIComponent(key).replace(/%../g, (escaped) => escaped.toLowerCase());
}

/** What is left of a text if everything that does not hide a key is taken away. */
function squeeze(text: string): string {
  return text.replace(/[\s\\\ufffd\p{C}\p{Default_Ignorable_Code_Point}]/gu, '');
}

/** Eight characters in a row that the output has in common with the key and the input around it has not. */
function findPart(output: string, key: string, around: string): string | undefined {
  const [shown, secret, known] = [squeeze(output), squeeze(key), squeeze(around)];
  for (let index = 0; index + 8 <= secret.length; index += 1) {
    const part = secret.slice(index, index + 8);
    if (shown.includes(part) && !known.includes(part)) return part;
  }
  return undefined;
}

test('no part of the key is left of a text that repeats it, whatever stands between its characters', () => {
  fc.assert(
    fc.property(repeated, surroundings, surroundings, ({ key, form }, before, after) => {
      expect(findPart(redactorOf(key)(cleanText(before + form + after)), key, before + after)).toBeUndefined();
    }),
    tries(250, 2000),
  );
});

test('no part of the key is left in a deployment, in whichever field the API repeats it, and wherever that is cut', async () => {
  await fc.assert(
    fc.asyncProperty(repeated, surroundings, surroundings, async ({ key, form }, before, after) => {
      const text = before + form + after;
      const fields = { environmentId: text, environmentGivenId: text, gitBranch: text, gitCommit: text, repoUrl: text };
      const service = { serviceName: text, serviceGivenId: text, type: text };
      const errors = [text, [{ [text]: text }], [[{ type: text, message: text }]]];
      const serviceDeployments = errors.map((error) => ({ service, status: text, error }));

      const deployment = await ask(key, 200, { ...deploymentJson('clx1', 'ERROR'), ...fields, serviceDeployments });

      for (const shown of textsIn(deployment)) expect(findPart(shown, key, before + after)).toBeUndefined();
    }),
    tries(50, 400),
  );
});

test.each([404, 429, 500, 400])('no part of the key is left in the explanation of a %d', async (status) => {
  await fc.assert(
    fc.asyncProperty(repeated, surroundings, surroundings, async ({ key, form }, before, after) => {
      const answer = { error: before + form + after, message: form };

      const error = await ask(key, status, answer).catch((thrown: Error) => thrown);

      expect(error).toBeInstanceOf(Error);
      expect(findPart((error as Error).message, key, before + after)).toBeUndefined();
    }),
    tries(25, 200),
  );
});

test.each([
  ['half a key, as a log may cut it', 'rejected fc_0a1b2c3d4e5', 'rejected [redacted]'],
  ['its end', '...d4e5f6a7b8 rejected', '...[redacted] rejected'],
  ['two of it', 'fc_0a1b2c3d4e5f6a7b8 fc_0a1b2c3d4e5f6a7b8', '[redacted]'],
  ['two with a word between', 'fc_0a1b2c3d4e5f6a7b8, fc_0a1b2c3d4e5f6a7b8', '[redacted], [redacted]'],
  ['a part of seven characters', 'fc_0a1b', 'fc_0a1b'],
  ['an ordinary sentence', 'npm ERR! code 1', 'npm ERR! code 1'],
  ['no text', '', ''],
])('%s', (_, text, expected) => {
  expect(redactorOf('fc_0a1b2c3d4e5f6a7b8')(text)).toBe(expected);
});

test('a key of which a terminal would swallow a letter is redacted, too', () => {
  const text = cleanText('rejected fc_0a1b2c3d\u001b4e5f6a7b8');

  expect(redactorOf('fc_0a1b2c3d4e5f6a7b8')(text)).toBe('rejected [redacted]');
});

test('a word that the key begins with stays in other texts', () => {
  expect(redactorOf('flightcontrol_0a1b2c3d4e5f')('github.com/flightcontrolhq')).toBe('github.com/flightcontrolhq');
});

test('a key of fewer than 8 characters could be part of a word and is not looked for', () => {
  expect(redactorOf('key')('the key was refused')).toBe('the key was refused');
});

test.each(['a', 'fc_0a1b', 'fc_0a1b2c3d4e5f6a7b8', ' ', '\\', 'f\u200b'])(
  '1 MiB of %j is searched in less than a second',
  (repeatedText) => {
    const text = repeatedText.repeat((1024 * 1024) / repeatedText.length);
    const start = process.hrtime.bigint();

    redactorOf('fc_0a1b2c3d4e5f6a7b8')(text);

    expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(1);
  },
);

function ask(key: string, status: number, json: unknown) {
  const fetch = async () => Response.json(json, { status });
  return createClient({ api: 'legacy', fetch })(key, 'clx1');
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

test.each(['base64', 'base64url'] as const)('the key in %s is redacted', (encoding) => {
  const key = 'fc_CANARY+7b1d/9e4fZq88sTuv';
  const encoded = Buffer.from(key).toString(encoding);

  expect(redactorOf(key)(`Authorization: Basic ${encoded}, refused`)).not.toContain(encoded.slice(0, 12));
});
