import type { Span } from './styled-line';
import { escapeText, FONTS, makePicture, round, type Words } from './svg';

const FONT_SIZE = 14;
/** Most monospaced fonts are as wide as this; the others are stretched. */
const COLUMN = FONT_SIZE * 0.6;
const ROW = 18;
const PADDING = 18;
const TITLE_BAR = 38;
const FADED_ROWS = 2;

// Every colour on the background has a contrast of at least 4.5 to 1, as WCAG 2.2 asks.
const STYLE = `
text { font: ${FONT_SIZE}px ${FONTS.monospace}; fill: #d6dee7; }
.bold { font-weight: 700; fill: #fff; }
.dim { fill: #97a1ad; }
.red { fill: #ff8780; }
.green { fill: #56d364; }
.yellow { fill: #e3b341; }
.cyan { fill: #56c8d8; }
.frame { stroke: #97a1ad; fill: none; }
`;

export interface TerminalWindow extends Words {
  readonly columns: number;
  readonly lines: readonly (readonly Span[])[];
  /** Whether there is more below the last line. */
  readonly goesOn: boolean;
}

/** A dark window with a border, which stands out from a light page and from a dark one. */
export function drawTerminal({ columns, lines, goesOn, ...words }: TerminalWindow): string {
  const width = Math.ceil(columns * COLUMN + 2 * PADDING);
  const height = TITLE_BAR + lines.length * ROW + PADDING;
  const window = `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="#161b22" stroke="#444c56"/>`;
  const buttons = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, index) => `<circle cx="${PADDING + 6 + 20 * index}" cy="20" r="6" fill="${colour}"/>`,
  );
  for (const line of lines) refuseWideLine(line, columns);
  const rows = lines.flatMap((line, index) => drawLine(line, TITLE_BAR + index * ROW));
  const fade = goesOn ? drawFade(width, height) : [];
  return makePicture(words, { width, height }, STYLE, [window, ...buttons, ...rows, ...fade]);
}

/** A terminal would go on in its next row. */
function refuseWideLine(spans: readonly Span[], columns: number): void {
  const text = spans.map((span) => span.text).join('');
  if (text.length > columns) throw new Error(`A picture of ${columns} columns cannot show ${JSON.stringify(text)}.`);
}

function drawLine(spans: readonly Span[], top: number): string[] {
  let column = 0;
  return spans.flatMap(({ text, styles }) => {
    const start = column;
    column += text.length;
    return [...text.matchAll(WORDS)].map(({ 0: words, index }) => drawWords(words, start + index, top, styles));
  });
}

/** Each piece has its own place, so that columns are straight in every font. */
const WORDS = /[┌│└]─*|[^\s┌│└]+(?: [^\s┌│└]+)*/g;

function drawWords(words: string, column: number, top: number, styles: readonly string[]): string {
  const x = round(PADDING + column * COLUMN);
  if (/^[┌│└]/.test(words)) return drawFrame(words, x, top);
  const className = styles.length > 0 ? ` class="${styles.join(' ')}"` : '';
  const length = `textLength="${round(words.length * COLUMN)}" lengthAdjust="spacingAndGlyphs"`;
  return `<text x="${x}" y="${top + FONT_SIZE}" ${length}${className}>${escapeText(words)}</text>`;
}

/** Drawn, not written: in a font, the lines of two rows would not touch each other. */
function drawFrame(frame: string, x: number, top: number): string {
  const left = round(x + COLUMN / 2);
  const middle = top + ROW / 2;
  const from = frame.startsWith('┌') ? middle : top;
  const to = frame.startsWith('└') ? middle : top + ROW;
  const across = frame.length > 1 ? `M${left} ${middle}H${round(x + frame.length * COLUMN)}` : '';
  return `<path class="frame" d="M${left} ${from}V${to}${across}"/>`;
}

function drawFade(width: number, height: number): string[] {
  const rows = FADED_ROWS * ROW + PADDING;
  return [
    '<linearGradient id="fade" x2="0" y2="1"><stop stop-color="#161b22" stop-opacity="0"/><stop offset="0.8" stop-color="#161b22"/></linearGradient>',
    `<rect x="1" y="${height - 10 - rows}" width="${width - 2}" height="${rows}" fill="url(#fade)"/>`,
  ];
}
