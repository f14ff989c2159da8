import { type History, isPossibleDuration } from '../contract/history';
import { withoutUndefined } from '../objects';
import { cutMiddle, oneLine } from '../text';

/** As for the fields of a deployment. */
const MAX_FIELD_CHARACTERS = 200;

/** The table outlives versions of Flightwatch, and others may write to it: nothing in it can break a notification. */
export function cleanHistory(history: History | undefined): History | undefined {
  if (history === undefined) return undefined;
  const { usualSeconds = 0, previous, lastSuccess, supersededBy } = history;
  const cleaned = withoutUndefined({
    trend: history.trend,
    failuresInARow: history.failuresInARow,
    usualSeconds: isPossibleDuration(usualSeconds) ? usualSeconds : undefined,
    previous: previous && cleanTexts(previous),
    lastSuccess: lastSuccess && cleanTexts(lastSuccess),
    supersededBy: supersededBy && cleanTexts(supersededBy),
  });
  return Object.keys(cleaned).length > 0 ? cleaned : undefined;
}

function cleanTexts<T extends object>(fields: T): T {
  const cleaned = Object.entries(fields).map(([name, text]) => [name, cutMiddle(oneLine(text), MAX_FIELD_CHARACTERS)]);
  return Object.fromEntries(cleaned) as T;
}
