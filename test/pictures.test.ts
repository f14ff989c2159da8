import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawPlot, type PlotPoint } from '../bench/plot';
import { drawDemo } from '../pictures/demo';
import { drawNotification } from '../pictures/notification';
import { readStyledLine } from '../pictures/styled-line';
import { drawTerminal } from '../pictures/terminal-window';
import { ROOT, readText, tableIn } from './support/markdown';
import { HISTORY_NOTIFICATIONS } from './support/notifications';

const PICTURES: [file: string, draw: () => string | Promise<string>][] = [
  ['docs/pictures/demo.svg', drawDemo],
  ['docs/pictures/notification.svg', () => drawNotification(HISTORY_NOTIFICATIONS.THIRD_FAILURE)],
  ['docs/cost-and-delay.svg', () => drawPlot(measuredPoints())],
];

/** `npm run pictures` draws them again; look at them. */
test.each(PICTURES)('%s shows what the program prints, sends or costs', async (file, draw) => {
  const picture = await draw();
  if (process.env.UPDATE_PICTURES) writeFileSync(join(ROOT, file), picture);

  expect(picture).toBe(readText(file));
});

test('a picture looks the same each time', async () => {
  expect(await drawDemo()).toBe(await drawDemo());
});

test.each([
  ['a style that it has no colour for', '\u001b[35mpurple'],
  ['a cursor that moves', 'one\u001b[2Ktwo'],
])('a picture of a terminal refuses %s', (_, line) => {
  expect(() => readStyledLine(line)).toThrow('A picture cannot show');
});

test('a picture of a terminal refuses a line that is wider than its window', () => {
  const lines = [readStyledLine('\u001b[1m12345\u001b[22m678')];
  const words = { title: '', description: '' };

  expect(() => drawTerminal({ ...words, columns: 8, lines, goesOn: false })).not.toThrow();
  expect(() => drawTerminal({ ...words, columns: 7, lines, goesOn: false })).toThrow('cannot show "12345678"');
});

test('a picture of a message refuses an emoji that it cannot draw', () => {
  expect(() => drawNotification(HISTORY_NOTIFICATIONS.RECOVERED)).toThrow('A picture cannot show :white_check_mark:');
});

/** What the benchmark measured last. */
function measuredPoints(): PlotPoint[] {
  const [, section = ''] = readText('docs/performance.md').split('\n## When to ask\n');
  const header = [
    'policy',
    'mean delay, s',
    'p95 delay, s',
    'looks',
    'transitions',
    '$ per 1,000 (128 MB)',
    '(256 MB)',
  ];
  return tableIn(section, ...header).map(([policy = '', delay, , , , dollars]) => ({
    policy,
    meanDelaySeconds: Number(delay),
    dollars: Number(dollars),
  }));
}
