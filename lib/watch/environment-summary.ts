import type { History, Trend } from '../contract/history';
import { withoutUndefined } from '../objects';
import { countsForTrend, describeSuccess, newestFirst, type PastVerdict, readHistory, usualSecondsOf } from './history';

/** What is known of an environment, from its newest verdicts. */
export interface EnvironmentSummary<Verdict extends PastVerdict = PastVerdict> {
  /** The newest verdict, of any kind. */
  readonly last: Verdict;
  /** Of the newest verdict that counts. */
  readonly trend?: Trend;
  readonly failuresInARow?: number;
  /** ISO 8601: since when the environment's deployments have succeeded, or failed, without a break. */
  readonly since?: string;
  readonly usualSeconds?: number;
  readonly lastSuccess?: NonNullable<History['lastSuccess']>;
}

/**
 * @param verdicts in any order
 * @param isComplete false if there are older verdicts than these
 * @returns undefined without a verdict
 */
export function summariseEnvironment<Verdict extends PastVerdict>(
  verdicts: readonly Verdict[],
  completeness: { readonly isComplete: boolean },
): EnvironmentSummary<Verdict> | undefined {
  const all = newestFirst(verdicts);
  const [last] = all;
  if (last === undefined) return undefined;
  const counting = all.filter(countsForTrend);
  const [newest] = counting;
  const history = newest === undefined ? {} : readHistory(newest, all, completeness);
  const known = withoutUndefined({
    trend: history.trend,
    failuresInARow: newest?.outcome === 'FAILED' ? history.failuresInARow : undefined,
    since: newest && beginOfRun(counting, completeness),
    usualSeconds: usualSecondsOf(all),
    lastSuccess: newest?.outcome === 'SUCCEEDED' ? describeSuccess(newest) : history.lastSuccess,
  });
  return { last, ...known };
}

/** When the first of the newest verdicts with the same outcome ended; undefined if it may be older than what was read. */
function beginOfRun(
  counting: readonly PastVerdict[],
  { isComplete }: { readonly isComplete: boolean },
): string | undefined {
  const length = counting.findIndex(({ outcome }) => outcome !== counting[0]?.outcome);
  if (length === -1 && !isComplete) return undefined;
  return counting.at(length === -1 ? -1 : length - 1)?.endedAt;
}
