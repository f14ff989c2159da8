import { createColors } from 'picocolors';
import { wrapIndented, wrapText } from '../../lib/cli/wrap-text';

const { cyan } = createColors(true);

test.each([80, 60, 40, 20])('at %i columns no word is broken, and no line is longer than the window', (columns) => {
  const text = 'The deployment of production failed: web-api could not be built, and worker was cancelled.';

  const lines = wrapIndented(text, columns);

  expect(lines.join(' ')).toBe(text);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
});

test.each([
  ['    npm ERR! a log of this run', ['    npm ERR! a', '    log of this', '    run']],
  ['- web-api: BUILD_ERROR', ['- web-api:', '  BUILD_ERROR']],
  ['12. In Flightcontrol, open', ['12. In', '    Flightcontrol,', '    open']],
])('what follows is as far indented as %j', (text, expected) => {
  expect(wrapIndented(text, 15)).toEqual(expected);
});

test('a word that is longer than the window stands out of it, on a line of its own', () => {
  const address = `https://example.com/${'a'.repeat(40)}`;

  expect(wrapIndented(`The log: ${address} of the run`, 20)).toEqual(['The log:', address, 'of the run']);
});

test('a text that fits, or has no window, stays as it is', () => {
  expect(wrapIndented('  two  words', 12)).toEqual(['  two  words']);
  expect(wrapIndented('a text of several words', undefined)).toEqual(['a text of several words']);
  expect(wrapIndented('', 10)).toEqual(['']);
});

test('a colour ends with the line and goes on on the next one', () => {
  const head = { text: '00:22  ', width: 7 };

  expect(wrapText(head, cyan('in progress'), 15)).toEqual([`00:22  ${cyan('in')}`, `       ${cyan('progress')}`]);
});

test('characters that take two columns count as two', () => {
  expect(wrapIndented('漢字 漢字 漢字', 10)).toEqual(['漢字 漢字', '漢字']);
});
