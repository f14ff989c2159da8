import { types } from 'node:util';

const CUT_MARK = ' [...] ';

/** What a terminal takes as a command. Source: ECMA-48. Node's own remover takes quadratic time on Node.js 24. */
const ESCAPES = new RegExp(
  [
    // Titles and links, with their text, if they end on the same line.
    String.raw`\u001b[\]PX^_][^\u0007\u001b\u009c\n\r]*(?:\u0007|\u001b\\|\u009c)`,
    // Colours and moves of the cursor.
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`\u001b[ -/]*[0-~]`,
  ].join('|'),
  'g',
);

/** Removes escape sequences and control characters; keeps line breaks, and makes tabs spaces. Takes linear time. */
export function cleanText(text: string): string {
  return (
    text
      .replace(ESCAPES, '')
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
export function takeWithin<T>(items: Iterable<T>, maxBytes: number): T[] {
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

/** No key, address or password that anyone uses is as short as this. */
const MAX_SHOWN_CHARACTERS = 12;

/** The same where a credential or its address may have been given: such a text is described, not repeated. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string' && !isHarmless(value)) return describeText(value);
  return typeof value === 'object' && value !== null ? kindOf(value) : showValue(value);
}

/** The same where an ARN is expected: what does not begin like one could be a credential. */
export function showArn(value: unknown): string {
  return typeof value === 'string' && value.startsWith('arn:') ? showValue(value) : describeValue(value);
}

/** A text, or of anything else only its kind. */
export function showText(value: unknown): string {
  return typeof value === 'string' ? showValue(value) : kindOf(value);
}

/** The value itself if a message may show it, else what it is like: for what is stored on the way to a message. */
export function showableValue(value: unknown): unknown {
  const isShown = typeof value === 'string' ? isHarmless(value) : typeof value !== 'object' || value === null;
  return isShown ? value : describeValue(value);
}

/** What a text is like, without any of it. */
export function describeText(text: string): string {
  return /:\/\/|@|\.\w+[/:]/.test(text) ? 'an address' : `text of ${text.length} characters`;
}

function isHarmless(text: string): boolean {
  return text.length <= MAX_SHOWN_CHARACTERS && !/[:=@]|bearer/i.test(text);
}

/** What sort of value something is. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return KINDS[typeof value] ?? typeof value;
}

const KINDS: Readonly<Record<string, string>> = { object: 'an object', string: 'text', number: 'a number' };

/** The names that share most pairs of letters with this one come first. */
export function closestFirst(name: string, allowed: readonly string[]): readonly string[] {
  const letters = name.toLowerCase();
  const pairs = Array.from({ length: letters.length }, (_, index) => letters.slice(index, index + 2));
  const likeness = (other: string) => pairs.filter((pair) => other.toLowerCase().includes(pair)).length;
  return [...allowed].sort((one, other) => likeness(other) - likeness(one));
}

/** The messages of a thrown value and its causes. */
export function messageOf(error: unknown, depth = 0): string {
  if (!types.isNativeError(error)) return typeof error === 'object' ? kindOf(error) : oneLine(String(error));
  const hasCause = error.cause !== undefined && depth < MAX_CAUSES;
  return oneLine(error.message + (hasCause ? `: ${messageOf(error.cause, depth + 1)}` : ''));
}

/** An error may be its own cause. */
const MAX_CAUSES = 5;
