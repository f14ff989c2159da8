import prettyMilliseconds from 'pretty-ms';
import { type NotificationRecord, placeOf } from './record';

/** `3rd failure in a row`, `recovered after 2 failures`; undefined if history knows nothing new. */
export function describeTrend({ history = {} }: Pick<NotificationRecord, 'history'>): string | undefined {
  const { trend, failuresInARow } = history;
  if (trend === 'still failing') {
    return failuresInARow === undefined ? 'still failing' : `${ordinal(failuresInARow)} failure in a row`;
  }
  if (trend !== 'recovered') return undefined;
  if (failuresInARow === undefined) return 'recovered';
  return `recovered after ${failuresInARow} ${failuresInARow === 1 ? 'failure' : 'failures'}`;
}

/** `production, main, 3rd failure in a row`. */
export function placeAndTrendOf(record: NotificationRecord, maxCharacters?: number): string {
  const trend = describeTrend(record);
  return placeOf(record, maxCharacters) + (trend === undefined ? '' : `, ${trend}`);
}

/** `6m 12s (usually 5m 40s)`; undefined if it is unknown how long the deployment took. */
export function describeDuration({ durationSeconds, history, status }: NotificationRecord): string | undefined {
  if (durationSeconds === undefined) return undefined;
  // Usual is how long a deployment with changes takes.
  const usualSeconds = status === 'NO_CHANGE' ? undefined : history?.usualSeconds;
  const usually = usualSeconds === undefined ? '' : ` (usually ${prettyMilliseconds(usualSeconds * 1000)})`;
  return prettyMilliseconds(durationSeconds * 1000) + usually;
}

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' };

function ordinal(count: number): string {
  return `${count}${SUFFIXES[ORDINALS.select(count)] ?? 'th'}`;
}
