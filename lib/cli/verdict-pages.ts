import { type HistoryTable, queryVerdicts } from '../aws/history-table';
import type { History } from '../contract/history';
import { MAX_VERDICTS_READ, newestFirst, readHistory } from '../watch/history';
import type { StoredVerdict } from '../watch/stored-verdict';

/** A verdict with what it meant for its environment when it came. */
export type ListedVerdict = StoredVerdict & Pick<History, 'trend' | 'failuresInARow'>;

export interface VerdictList {
  /** The newest first. */
  readonly verdicts: readonly ListedVerdict[];
  /** True if there are more than were asked for. */
  readonly hasOlder: boolean;
  /** True if what is older cannot be read. */
  readonly isBroken: boolean;
}

/**
 * Reads the newest verdicts of an environment.
 *
 * @throws what the AWS SDK throws
 */
export async function readVerdicts(table: HistoryTable, environmentKey: string, limit: number): Promise<VerdictList> {
  // The trend of the oldest one depends on those before it.
  const { verdicts, isComplete, isBroken } = await readPages(table, environmentKey, limit + MAX_VERDICTS_READ);
  const shown = verdicts.slice(0, limit).map((verdict, index) => {
    const before = verdicts.slice(index + 1, index + 1 + MAX_VERDICTS_READ);
    const isAll = isComplete && index + 1 + before.length === verdicts.length;
    const { trend, failuresInARow } = readHistory(verdict, before, { isComplete: isAll });
    return { ...verdict, ...(trend && { trend }), ...(failuresInARow && { failuresInARow }) };
  });
  const hasOlder = verdicts.length > limit;
  return { verdicts: shown, hasOlder, isBroken: isBroken && !hasOlder };
}

/** A page ends at 1 MB, or at an item that cannot be read. */
async function readPages(table: HistoryTable, environmentKey: string, count: number) {
  const read: StoredVerdict[] = [];
  for (;;) {
    const page = await queryVerdicts(table, environmentKey, { before: read.at(-1), limit: count - read.length });
    read.push(...page.verdicts);
    const isBroken = page.verdicts.length === 0 && !page.isComplete;
    if (page.isComplete || isBroken || read.length >= count)
      return { verdicts: newestFirst(read), isComplete: page.isComplete, isBroken };
  }
}
