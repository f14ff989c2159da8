import { stripVTControlCharacters, types } from 'node:util';

const CUT_MARK = ' [...] ';

/** Removes ANSI escapes and control characters; keeps line breaks, and makes tabs spaces. */
export function cleanText(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replace(/\r\n?|[\u2028\u2029]/g, '\n')
      .replace(/\t/g, '  ')
      // Control characters except line breaks, directional overrides, and characters that SQS rejects.
      .replace(/[^\P{Cc}\n]|\p{Bidi_Control}|\p{Noncharacter_Code_Point}/gu, '')
      .toWellFormed()
      .trim()
  );
}

/** The same on one line. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ');
}

/**
 * Cuts in the middle, so that the start and the end of an error stay. Counts UTF-16 code units, as the strictest
 * receiver may, and never leaves half a character.
 */
export function cutMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = maxLength - CUT_MARK.length;
  const head = Math.ceil(kept / 2);
  const start = text.slice(0, head).replace(/[\ud800-\udbff]$/, '');
  const end = text.slice(text.length - (kept - head)).replace(/^[\udc00-\udfff]/, '');
  return start + CUT_MARK + end;
}

/** The first items, as many as fit into `maxBytes` as JSON. */
export function takeWithin<T>(items: readonly T[], maxBytes: number): T[] {
  const taken: T[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > maxBytes) break;
    taken.push(item);
  }
  return taken;
}

/** A received value for a message: JSON, on one line, cut. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  return cutMiddle(oneLine(JSON.stringify(value)), 80);
}

/** The messages of a thrown value and its causes. */
export function messageOf(error: unknown): string {
  if (!types.isNativeError(error)) return oneLine(String(error));
  const cause = error.cause === undefined ? '' : `: ${messageOf(error.cause)}`;
  return oneLine(error.message + cause);
}
