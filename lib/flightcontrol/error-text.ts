import { cleanText, cutMiddle } from '../text';

/** The longest error text of a service that is kept; the notification shortens it further. */
const MAX_ERROR_CHARACTERS = 4000;

/** Deeper than any answer seen so far; a mark replaces what is nested deeper. */
const MAX_DEPTH = 6;

/**
 * The best readable text of a service's `error`, which the API does not define. Seen: `null`, a string,
 * `[{"BUILD_ERROR": "..."}]` and `[[{"type": "...", "message": "..."}]]`.
 */
export function readErrorText(error: unknown): string | undefined {
  const text = cleanText(linesOf(error, 0).join('\n'));
  return text === '' ? undefined : cutMiddle(text, MAX_ERROR_CHARACTERS);
}

function linesOf(value: unknown, depth: number): string[] {
  if (value === null || value === undefined || value === '') return [];
  if (typeof value !== 'object') return [String(value)];
  if (depth === MAX_DEPTH) return ['[...]'];
  if (Array.isArray(value)) return value.flatMap((item) => linesOf(item, depth + 1));
  return linesOfObject(value as Record<string, unknown>, depth);
}

function linesOfObject(value: Record<string, unknown>, depth: number): string[] {
  const { type, message, ...rest } = value;
  const lines = labelled(typeof type === 'string' ? type : undefined, linesOf(message, depth + 1));
  const untold =
    typeof type === 'string' && lines.length > 0 ? rest : { ...(lines.length > 0 ? {} : { type }), ...rest };
  return [...lines, ...Object.entries(untold).flatMap(([name, item]) => labelled(name, linesOf(item, depth + 1)))];
}

function labelled(label: string | undefined, [first, ...more]: string[]): string[] {
  if (first === undefined) return [];
  return [label === undefined ? first : `${label}: ${first}`, ...more];
}
