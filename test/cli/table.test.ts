import fc from 'fast-check';
import pc from 'picocolors';
import { type Column, drawTable } from '../../lib/cli/table';
import { widthOf } from '../../lib/cli/text-width';
import { commandsIn } from '../support/runner';
import { tries } from '../support/thorough';
import { FakeScreen } from './fake-screen';

type Row = readonly (readonly string[])[];

const COLUMNS: readonly Column<Row>[] = ['name', 'state', 'commit', 'usually'].map((head, index) => ({
  head,
  rank: [1, 2, 4, 3][index] ?? 0,
  cell: (row) => ({ parts: row[index] ?? [] }),
}));

const ROWS: readonly Row[] = [
  [['production'], ['FAILED', '12m ago'], ['01e573f2198f', 'main'], ['5m 40s']],
  [['staging'], ['SUCCEEDED', '3h ago'], ['c0ffee'], []],
];

function draw(rows: readonly Row[], columns?: number): string[] {
  const screen = columns === undefined ? undefined : new FakeScreen(columns, 30).asStream();
  return drawTable(COLUMNS, rows, { screen, colors: pc.createColors(false) });
}

test('outside a terminal there is no frame, and each row is a line', () => {
  expect(draw(ROWS)).toEqual([
    'name        state              commit              usually',
    'production  FAILED, 12m ago    01e573f2198f, main  5m 40s',
    'staging     SUCCEEDED, 3h ago  c0ffee',
  ]);
});

test('on a wide terminal each row is a line of the frame', () => {
  expect(draw(ROWS, 80)).toEqual([
    '┌────────────┬───────────────────┬────────────────────┬─────────┐',
    '│ name       │ state             │ commit             │ usually │',
    '├────────────┼───────────────────┼────────────────────┼─────────┤',
    '│ production │ FAILED, 12m ago   │ 01e573f2198f, main │ 5m 40s  │',
    '│ staging    │ SUCCEEDED, 3h ago │ c0ffee             │         │',
    '└────────────┴───────────────────┴────────────────────┴─────────┘',
  ]);
});

test('on a narrow one the parts of a cell stand below each other', () => {
  expect(draw(ROWS, 55)).toEqual([
    '┌────────────┬───────────┬──────────────┬─────────┐',
    '│ name       │ state     │ commit       │ usually │',
    '├────────────┼───────────┼──────────────┼─────────┤',
    '│ production │ FAILED    │ 01e573f2198f │ 5m 40s  │',
    '│            │ 12m ago   │ main         │         │',
    '├────────────┼───────────┼──────────────┼─────────┤',
    '│ staging    │ SUCCEEDED │ c0ffee       │         │',
    '│            │ 3h ago    │              │         │',
    '└────────────┴───────────┴──────────────┴─────────┘',
  ]);
});

test('the least important column is left out first', () => {
  expect(draw(ROWS, 40)[1]).toBe('│ name       │ state     │ usually │');
  expect(draw(ROWS, 30)[1]).toBe('│ name       │ state     │');
});

test('where there is no room for a frame, there is none', () => {
  expect(draw(ROWS, 9)).toEqual(['name', 'produc…', 'staging']);
});

test('a column without any text is left out', () => {
  expect(draw([[['production'], [], [], ['5m 40s']]])).toEqual(['name        usually', 'production  5m 40s']);
});

describe('whatever the texts are', () => {
  const STRANGE = ['\u001b[2J', 'a\nb', '::error::x', '##vso[task]x', '\u202e', '漢字'.repeat(30), '│', '\t', ''];

  function tablesOf(unit: 'binary' | 'grapheme-ascii') {
    const text = fc.oneof(fc.string({ unit, maxLength: 100 }), fc.constantFrom(...STRANGE));
    const row = fc.array(fc.array(text, { maxLength: 3 }), { minLength: 4, maxLength: 4 });
    return [fc.array(row, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 200 })] as const;
  }

  test('no line is longer than the window, and every line of a frame is as long as the others', () => {
    fc.assert(
      fc.property(...tablesOf('grapheme-ascii'), (rows, columns) => {
        const lines = draw(rows, columns);
        const widths = new Set(lines.map(widthOfDrawn));

        expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
        if (lines[0]?.startsWith('┌')) expect(widths.size).toBe(1);
      }),
      tries(30, 250),
    );
  });

  test('none commands a runner or the terminal', () => {
    fc.assert(
      fc.property(...tablesOf('binary'), (rows, columns) => {
        for (const lines of [draw(rows, columns), draw(rows)]) {
          expect(commandsIn(lines.join('\n'))).toEqual([]);
          expect(lines.join('')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
        }
      }),
      tries(30, 250),
    );
  });
});

/** Lines of a frame take one column for each character. */
function widthOfDrawn(line: string): number {
  return widthOf(line.replaceAll(/[─│┌┬┐├┼┤└┴┘…]/g, '-'));
}
