import { HISTORY_READ } from '../contract/call-limits';
import type { ReadVerdicts } from '../watch/read-history';
import { type HistoryTable, openHistoryTable, queryVerdicts } from './history-table';

/** Reads verdicts for the poll function. What goes wrong is logged, once for each kind of error, and ends nothing. */
export function createVerdictReader(tableName: string): ReadVerdicts {
  const warned = new Set<string>();
  let table: HistoryTable | undefined;
  return async (environmentKey, milliseconds) => {
    const signal = AbortSignal.timeout(milliseconds);
    try {
      // Made at the first use: the first look of a watch does not wait for it.
      table ??= openHistoryTable(tableName, HISTORY_READ);
      const reading = queryVerdicts(table, environmentKey, { signal });
      return await Promise.race([reading, rejectWhenAborted(signal)]);
    } catch (error) {
      const { name } = error as Error;
      if (!warned.has(name)) console.warn({ message: 'the history could not be read', error: name });
      warned.add(name);
      return undefined;
    }
  };
}

/** The SDK looks at the signal while it waits for an answer, but not between two attempts. */
function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
