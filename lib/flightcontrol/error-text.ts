import { cleanText, cutMiddle } from '../text';
import type { Redact } from './redact';

/** The longest error text of a service that is kept; the notification shortens it further. */
const MAX_ERROR_CHARACTERS = 4000;

/** Deeper than any answer seen so far; a mark replaces what is nested deeper. */
const MAX_DEPTH = 6;

/**
 * The best readable text of a service's `error`, which the API does not define. Seen: `null`, a string,
 * `[{"BUILD_ERROR": "..."}]` and `[[{"type": "...", "message": "..."}]]`.
 */
export function readErrorText(error: unknown, redact: Redact): string | undefined {
  const lines: string[] = [];
  addLines(lines, error, 0);
  const text = redact(cleanText(lines.join('\n')));
  return text === '' ? undefined : cutMiddle(text, MAX_ERROR_CHARACTERS);
}

function addLines(lines: string[], value: unknown, depth: number): void {
  if (value === null || value === undefined || value === '') return;
  if (typeof value !== 'object') lines.push(String(value));
  else if (depth === MAX_DEPTH) lines.push('[...]');
  else if (Array.isArray(value)) for (const item of value) addLines(lines, item, depth + 1);
  else addObject(lines, value as Readonly<Record<string, unknown>>, depth + 1);
}

/** `type` is the label of `message`; every other field has its name as its label. */
function addObject(lines: string[], value: Readonly<Record<string, unknown>>, depth: number): void {
  const { type, message } = value;
  const isTold = addLabelled(lines, typeof type === 'string' ? type : undefined, message, depth);
  if (!isTold) addLabelled(lines, 'type', type, depth);
  for (const name of Object.keys(value)) {
    if (name !== 'type' && name !== 'message') addLabelled(lines, name, value[name], depth);
  }
}

/** @returns whether there was anything to add */
function addLabelled(lines: string[], label: string | undefined, value: unknown, depth: number): boolean {
  const first = lines.length;
  addLines(lines, value, depth);
  if (lines.length > first && label !== undefined) lines[first] = `${label}: ${lines[first]}`;
  return lines.length > first;
}
