import type * as v from 'valibot';
import { closestFirst, showValue } from '../text';
import { isRecord, type Values } from './value-schemas';

/** Settings are read from this key of the CDK's context. */
export const CONTEXT_KEY = 'flightwatch';

/** A setting or a prop that cannot be used. */
export interface Mistake {
  /** Such as `pacing.buildingSeconds`; empty for the object that has all of them. */
  readonly path: string;
  /** What was given, and what is allowed. */
  readonly text: string;
}

/**
 * Shows no values: under a name that nobody knows, there could be a key.
 *
 * @param noun what the names are names of
 */
export function findUnknownNames(
  place: string,
  given: unknown,
  allowed: readonly string[],
  noun = 'setting',
): Mistake[] {
  if (!isRecord(given)) return [];
  const unknown = Object.keys(given).filter((name) => !allowed.includes(name));
  return unknown.map((name) => ({
    path: place + showName(name),
    text: `got ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun} that does not exist, expected one of ${closestFirst(name, allowed).join(', ')}`,
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

/** Without a history there are no changes to tell of. */
export function findChangesWithoutHistory({ notifyOn, history }: Values): Mistake[] {
  if (notifyOn !== 'changes' || history !== false) return [];
  return [{ path: 'notifyOn', text: 'got "changes", expected all or problems, because history is false' }];
}

/** A headline, and a line for each mistake. */
export function describeMistakes(mistakes: readonly Mistake[], noun = 'setting', place: string = CONTEXT_KEY): string {
  const count = new Set(mistakes.map((mistake) => mistake.path)).size;
  const headline = count === 1 ? `1 ${noun} cannot be used:` : `${count} ${noun}s cannot be used:`;
  const lines = mistakes.map(({ path, text }) => `${path ? `${place}.${path}` : place}: ${text}.`);
  // A number that is neither whole nor in its range breaks two rules with one message.
  return [headline, ...new Set(lines)].join('\n');
}
