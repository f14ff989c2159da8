import wrapAnsi from 'wrap-ansi';

/** What stands in front of a text, and how wide it is: colours take no columns. */
export interface Head {
  readonly text: string;
  readonly width: number;
}

/**
 * The lines of a text for a window of so many columns, each indented as far as the first one. They break between words
 * only: a word that is too long, such as an address, stands out of the window. Colours and links go on on the next line.
 *
 * @param columns undefined if there is no window
 */
export function wrapText(head: Head, text: string, columns: number | undefined): string[] {
  if (columns === undefined) return [head.text + text];
  const lines = wrapAnsi(text, Math.max(1, columns - head.width)).split('\n');
  return lines.map((line, index) => (index === 0 ? head.text : ' '.repeat(head.width)) + line);
}

/** The same for a text that brings its head: spaces, and what a list puts in front of an item. */
export function wrapIndented(text: string, columns: number | undefined): string[] {
  const [head = ''] = /^ *(?:- |\d+\. )?/.exec(text) ?? [];
  return wrapText({ text: head, width: head.length }, text.slice(head.length), columns);
}
