import { cleanText, describeValue, messageOf, oneLine } from '../lib/text';
import { findSlowness } from './support/hostile-time';

/** Each could make a pattern look at the same characters again and again. */
const REPEATED = [
  '\u001b]',
  '\u001b[',
  '\u001b[1;',
  '\u001b',
  '\u009b',
  '\u001b]0;title',
  '\r',
  '\n',
  '\t',
  ' ',
  'a\u0000',
  '\u2028',
  '\u202e',
  '\ud800',
];

test.each(REPEATED)('a text of %j is cleaned in linear time', (repeated) => {
  const make = (size: number) => `start ${repeated.repeat(size / repeated.length)} end`;

  expect(findSlowness(make, oneLine)).toBeUndefined();
});

test.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u009b1;31mred\u009b0m', 'red'],
  ['\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007', 'link'],
  ['\u001b]0;title\u001b\\text', 'text'],
  ['\u001b]0;no end, and the error', '0;no end, and the error'],
  ['\u001b]0;no end\nthe error\u0007', '0;no end\nthe error'],
  ['\u001b(Btext\u001b7', 'text'],
  ['two\r\nlines\rand a third\u2028and a fourth', 'two\nlines\nand a third\nand a fourth'],
])('%j is cleaned to %j', (text, expected) => {
  expect(cleanText(text)).toBe(expected);
});

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  [42, '42'],
  ['', '""'],
  ['a/b', '"a/b"'],
  ['clx1\n', '"clx1\\n"'],
  ['x'.repeat(65), 'text of 65 characters'],
  ['fc_live_0123456789', 'text of 18 characters'],
  ['Bearer abc', 'text of 10 characters'],
  ['key=abc', 'text of 7 characters'],
  ['https://app.flightcontrol.dev/api/deploy-hook/env/secret', 'an address'],
  ['app.flightcontrol.dev/api/deploy-hook/env/secret', 'an address'],
  ['me:pw@host', 'an address'],
  [['fc_live'], 'a list'],
  [{ apiKey: 'fc_live' }, 'an object'],
])('of %j a message says: got %s', (value, expected) => {
  expect(describeValue(value)).toBe(expected);
});

test('messageOf takes anything that can be thrown', () => {
  const error = new Error('a');
  error.cause = error;

  expect(messageOf(error)).toBe('a: a: a: a: a: a');
  expect(messageOf(Object.create(null))).toBe('an object');
  expect(messageOf('text')).toBe('text');
  expect(messageOf(undefined)).toBe('undefined');
});
