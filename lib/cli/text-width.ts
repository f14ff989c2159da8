const CUT_MARK = '…';

/** Below this code point no character takes two columns. Source: Unicode, EastAsianWidth.txt. */
const FIRST_WIDE = 0x1100;

/**
 * How many columns a text may take on a terminal, at most. What could be wide counts as wide, and what joins another
 * character counts as one, because terminals differ; a line that is cut too early still fits.
 */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** The text, or as much of its beginning as fits, with a mark. */
export function cutToWidth(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return takeColumns(text, width - widthOf(CUT_MARK)) + (width < widthOf(CUT_MARK) ? '' : CUT_MARK);
}

/** The text in lines that fit, at most so many; the last one is cut. */
export function foldToWidth(text: string, width: number, maxLines: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (lines.length < maxLines - 1 && widthOf(rest) > width) {
    // A window may be too narrow for one character.
    const line = takeColumns(rest, width) || takeColumns(rest, 2);
    lines.push(line);
    rest = rest.slice(line.length);
  }
  return [...lines, cutToWidth(rest, width)];
}

function takeColumns(text: string, width: number): string {
  let taken = '';
  let left = width;
  for (const character of text) {
    left -= columnsOf(character);
    if (left < 0) break;
    taken += character;
  }
  return taken;
}

function columnsOf(character: string): number {
  return (character.codePointAt(0) ?? 0) < FIRST_WIDE ? 1 : 2;
}
