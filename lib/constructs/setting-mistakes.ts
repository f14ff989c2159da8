import type * as v from 'valibot';
import { closestFirst, showValue } from '../text';
import { isRecord } from './setting-schemas';

/** Settings are read from this key of the CDK's context. */
export const CONTEXT_KEY = 'flightwatch';

/** A setting that cannot be used. */
export interface Mistake {
  /** Below `flightwatch`, such as `pacing.buildingSeconds`; empty for `flightwatch` itself. */
  readonly path: string;
  /** What was given, and what is allowed. */
  readonly text: string;
}

/** Shows no values: under a name that nobody knows, there could be a key. */
export function findUnknownNames(place: string, given: unknown, allowed: readonly string[]): Mistake[] {
  if (!isRecord(given)) return [];
  const unknown = Object.keys(given).filter((name) => !allowed.includes(name));
  return unknown.map((name) => ({
    path: place + showName(name),
    text: `got a setting that does not exist, expected one of ${closestFirst(name, allowed).join(', ')}`,
  }));
}

function showName(name: string): string {
  return /^\w{1,80}$/.test(name) ? name : showValue(name);
}

/** Leaves the numbers of list items out of the path; the message shows the item. */
export function toMistake(issue: v.BaseIssue<unknown>): Mistake {
  const names = (issue.path ?? []).map((step) => step.key).filter((key) => typeof key === 'string');
  return { path: names.join('.'), text: issue.message };
}

/** A headline, and a line for each mistake. */
export function describeMistakes(mistakes: readonly Mistake[]): string {
  const count = new Set(mistakes.map((mistake) => mistake.path)).size;
  const headline = count === 1 ? '1 setting cannot be used:' : `${count} settings cannot be used:`;
  const lines = mistakes.map(({ path, text }) => `${path ? `${CONTEXT_KEY}.${path}` : CONTEXT_KEY}: ${text}.`);
  // A number that is neither whole nor in its range breaks two rules with one message.
  return [headline, ...new Set(lines)].join('\n');
}
