import { stripVTControlCharacters, types } from 'node:util';

const CUT_MARK = ' [...] ';

/** Removes ANSI escapes and control characters; keeps line breaks, and makes tabs spaces. */
export function cleanText(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replace(/\r\n?|[\u2028\u2029]/g, '\n')
      .replace(/\t/g, '  ')
      // Control characters but the line break, and directional overrides.
      .replace(/[^\P{Cc}\n]|\p{Bidi_Control}/gu, '')
      .toWellFormed()
      .trim()
  );
}

/** The same on one line. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ');
}

/** Cuts in the middle, so that the start and the end of an error stay; counts Unicode characters, not code units. */
export function cutMiddle(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const characters = [...text];
  if (characters.length <= maxCharacters) return text;
  const kept = maxCharacters - CUT_MARK.length;
  const head = Math.ceil(kept / 2);
  return characters.slice(0, head).join('') + CUT_MARK + characters.slice(characters.length - (kept - head)).join('');
}

/** A received value as it is shown in a message: JSON, on one line, cut. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  return cutMiddle(oneLine(JSON.stringify(value)), 80);
}

/** A sentence out of a thrown value and its causes. */
export function messageOf(error: unknown): string {
  if (!types.isNativeError(error)) return oneLine(String(error));
  const cause = error.cause === undefined ? '' : `: ${messageOf(error.cause)}`;
  return oneLine(error.message + cause);
}
