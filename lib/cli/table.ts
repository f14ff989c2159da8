import Table from 'cli-table3';
import { oneLine } from '../text';
import { defuseCommands } from './runner-commands';
import type { Terminal } from './terminal';
import { cutToWidth, widthOf } from './text-width';

/** What a cell says: on a line of its own each where the table is narrow. */
export interface Cell {
  readonly parts: readonly (string | undefined)[];
  /** For the first part. */
  readonly style?: ((text: string) => string) | undefined;
}

/** The columns stand in this order; where there is no room for all, the last of `rank` is left out first. */
export interface Column<Row> {
  readonly head: string;
  /** 1 for the most important. */
  readonly rank: number;
  readonly cell: (row: Row) => Cell;
  /** How wide the column may be where the table is narrow. @default 28 */
  readonly maxNarrow?: number;
}

/** A column whose texts are ready to be shown. */
interface LaidOutColumn {
  readonly head: string;
  readonly rank: number;
  readonly cells: readonly LaidOutCell[];
  readonly width: number;
}

interface LaidOutCell {
  readonly lines: readonly string[];
  readonly style: (text: string) => string;
}

/** A text that is longer than this says no more to a reader. No id of a deployment is longer than the first. */
const MAX_WIDE = 64;
const MAX_NARROW = 28;

/**
 * The lines of a table: with a frame that fits the window on a terminal, and without one elsewhere. Columns without
 * any text are left out.
 */
export function drawTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { screen, colors }: Pick<Terminal, 'screen' | 'colors'>,
): string[] {
  const inOneLine = layOut(columns, rows, false);
  if (screen === undefined) return drawBare(inOneLine);
  if (frameWidth(inOneLine) <= screen.columns) return drawFrame(inOneLine, false, colors.dim);
  const fitting = chooseColumns(layOut(columns, rows, true), screen.columns);
  if (frameWidth(fitting) <= screen.columns) return drawFrame(fitting, true, colors.dim);
  return drawBare(fitting).map((line) => cutToWidth(line, Math.max(1, screen.columns - 1)));
}

function layOut<Row>(columns: readonly Column<Row>[], rows: readonly Row[], isStacked: boolean): LaidOutColumn[] {
  return columns
    .map(({ head, rank, cell, maxNarrow = MAX_NARROW }) => {
      const cells = rows.map((row) => (isStacked ? stack(cell(row), maxNarrow) : joinParts(cell(row))));
      const width = Math.max(widthOf(head), ...cells.flatMap(({ lines }) => lines.map(widthOf)));
      return { head, rank, cells, width };
    })
    .filter(({ cells }) => cells.some(({ lines }) => lines.length > 0));
}

function stack({ parts, style = String }: Cell, maxColumns: number): LaidOutCell {
  return { lines: textsOf(parts).map((text) => cutToWidth(text, maxColumns)), style };
}

function joinParts({ parts, style = String }: Cell): LaidOutCell {
  const texts = textsOf(parts).map((text) => cutToWidth(text, MAX_WIDE));
  return { lines: texts.length === 0 ? [] : [texts.join(', ')], style };
}

/** A text of the API must neither break the frame nor command a runner. */
function textsOf(parts: Cell['parts']): string[] {
  return parts.map((part = '') => defuseCommands(oneLine(part))).filter(Boolean);
}

/** By rank, each one that still fits beside those before it. At least the first one is shown. */
function chooseColumns(columns: readonly LaidOutColumn[], room: number): LaidOutColumn[] {
  const chosen = new Set<LaidOutColumn>();
  for (const column of columns.toSorted((one, other) => one.rank - other.rank)) {
    if (chosen.size === 0 || frameWidth([...chosen, column]) <= room) chosen.add(column);
  }
  return columns.filter((column) => chosen.has(column));
}

/** A border before each column and at the end, and a space on either side of a text. */
function frameWidth(columns: readonly LaidOutColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width + 3, 1);
}

function drawFrame(columns: readonly LaidOutColumn[], isStacked: boolean, dim: (text: string) => string): string[] {
  const style = { head: [], border: [], compact: !isStacked };
  return draw(columns, new Table({ head: columns.map(({ head }) => dim(head)), style }));
}

const NO_FRAME = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, '']),
);

function drawBare(columns: readonly LaidOutColumn[]): string[] {
  const style = { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 };
  const chars = { ...NO_FRAME, middle: '  ' };
  const lines = draw(columns, new Table({ head: columns.map(({ head }) => head), style, chars }));
  return lines.map((line) => line.trimEnd());
}

function draw(columns: readonly LaidOutColumn[], table: InstanceType<typeof Table>): string[] {
  const count = columns[0]?.cells.length ?? 0;
  for (let row = 0; row < count; row += 1) table.push(columns.map(({ cells }) => paint(cells[row])));
  return table.toString().split('\n');
}

function paint(cell: LaidOutCell | undefined): string {
  const { lines = [], style = String } = cell ?? {};
  return lines.map((line, index) => (index === 0 ? style(line) : line)).join('\n');
}
