import type { Trend } from '../contract/history';
import { describeTrend } from '../notification/trend';
import { withoutUndefined } from '../objects';

/** `healthy`, `3rd failure in a row`, `recovered after 2 failures`. */
export function nameTrend({
  trend,
  failuresInARow,
}: {
  readonly trend: Trend;
  readonly failuresInARow: number | undefined;
}): string {
  if (trend === 'first') return failuresInARow === undefined ? 'first verdict' : 'failed the first time';
  return describeTrend({ history: withoutUndefined({ trend, failuresInARow }) }) ?? trend;
}
