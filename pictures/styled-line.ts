/** A part of a line. */
export interface Span {
  readonly text: string;
  /** Such as `bold` and `cyan`. */
  readonly styles: readonly string[];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys.
const STYLE_CHANGE = /\u001b\[(\d+)m/;

/** What each sequence turns on and off. Source: ECMA-48, Select Graphic Rendition. */
const STYLES: Readonly<Record<string, { readonly on?: string; readonly off?: readonly string[] }>> = {
  1: { on: 'bold' },
  2: { on: 'dim' },
  4: { on: 'underline' },
  22: { off: ['bold', 'dim'] },
  24: { off: ['underline'] },
  31: { on: 'red' },
  32: { on: 'green' },
  33: { on: 'yellow' },
  36: { on: 'cyan' },
  39: { off: ['red', 'green', 'yellow', 'cyan'] },
};

/** Reads a line that a command prints on a terminal, and refuses what a picture would show wrong. */
export function readStyledLine(line: string): Span[] {
  // Every second part is the number of a sequence.
  const [first = '', ...parts] = line.split(STYLE_CHANGE);
  const spans: Span[] = [{ text: first, styles: [] }];
  let styles: readonly string[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    styles = changeStyles(styles, parts[index] ?? '');
    spans.push({ text: parts[index + 1] ?? '', styles });
  }
  for (const { text } of spans) refuseControlCharacters(text);
  return spans.filter(({ text }) => text !== '');
}

function changeStyles(styles: readonly string[], sequence: string): readonly string[] {
  const change = STYLES[sequence];
  if (change === undefined) throw new Error(`A picture cannot show the style ${sequence}.`);
  const { on, off = [] } = change;
  const left = styles.filter((style) => !off.includes(style));
  return on === undefined ? left : [...left, on];
}

function refuseControlCharacters(text: string): void {
  const [control] = /\p{Cc}/u.exec(text) ?? [];
  if (control !== undefined)
    throw new Error(`A picture cannot show ${JSON.stringify(control)} in ${JSON.stringify(text)}.`);
}
