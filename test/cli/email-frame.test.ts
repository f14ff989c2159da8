import { showEmail } from '../../lib/cli/email-frame';
import type { Terminal } from '../../lib/cli/terminal';
import { widthOf } from '../../lib/cli/text-width';
import { HISTORY_NOTIFICATIONS, NOTIFICATIONS } from '../support/notifications';
import { FakeScreen } from './fake-screen';
import { fakeTerminal } from './fake-terminal';

const { subject, messages } = HISTORY_NOTIFICATIONS.THIRD_FAILURE;
const WORDS = messages.email.split(/\s+/);
const FRAME = /^│( |$)/;

function show(columns: number | undefined, more: Partial<Terminal> = {}, text: string = messages.email): string[] {
  const { terminal, out } = fakeTerminal();
  const screen = columns === undefined ? undefined : new FakeScreen(columns, 30).asStream();
  showEmail(subject, text, { ...terminal, screen, ...more });
  return out;
}

function contentOf(lines: readonly string[]): string[] {
  return lines.slice(3, -1).map((line) => line.replace(FRAME, ''));
}

describe.each([80, 60])('at %i columns', (columns) => {
  const lines = show(columns);
  const content = contentOf(lines);

  test('every line has its frame, and no word is broken', () => {
    const words = content.join('\n').split(/\s+/);

    for (const line of lines.slice(1, -1)) expect(line).toMatch(FRAME);
    expect(words.filter((word) => word !== '\\')).toEqual(WORDS);
  });

  test('only an address stands out of the window', () => {
    const tooLong = lines.filter((line) => widthOf(line) > columns);

    expect(tooLong.length).toBeGreaterThan(0);
    for (const line of tooLong) expect(line).toMatch(/^│ +(https:\/\/|arn:)\S+$/);
  });

  test('a command can be typed as it is shown', () => {
    const [command = ''] = messages.email.split('\n').filter((line) => line.startsWith('    npm run'));
    const joined = content.join('\n').replace(/ \\\n +/g, ' ');

    expect(joined).toContain(`\n${command}\n`);
  });
});

test('where nobody sees a window, a log for example, no line is wrapped', () => {
  expect(contentOf(show(undefined)).join('\n')).toBe(messages.email);
});

test('where links can be clicked, every line fits, and each link leads to the whole address', () => {
  const links: string[] = [];
  const link = (text: string, address: string) => {
    links.push(address);
    return text;
  };

  const lines = show(80, { link }, NOTIFICATIONS.FAILED.messages.email);

  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
  expect(links).toEqual(NOTIFICATIONS.FAILED.messages.email.match(/https:\S+/g));
});

test('an address in a log can be clicked and is shown as a whole', () => {
  const link = (text: string, address: string) => `[${text}](${address})`;

  const lines = show(undefined, { link }, `https://example.com/${'a'.repeat(100)}`);

  expect(lines[3]).toBe(`│ [https://example.com/${'a'.repeat(100)}](https://example.com/${'a'.repeat(100)})`);
});

test('an address never holds what a terminal would take as a command', () => {
  const addresses: string[] = [];
  const link = (text: string, address: string) => {
    addresses.push(address);
    return text;
  };

  show(80, { link }, 'https://example.com/\u001b]8;;https://evil.example\u0007x');

  for (const address of addresses) expect(address).not.toMatch(/\p{Cc}/u);
});
