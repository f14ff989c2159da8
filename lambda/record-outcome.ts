import { type HistoryTable, openHistoryTable } from '../lib/aws/history-table';
import { type OutcomeEvent, type OutcomeStores, recordOutcome } from '../lib/aws/record-outcome';
import { HISTORY_WRITE } from '../lib/contract/call-limits';
import { historyEnvironment, recordEnvironment } from '../lib/contract/environment';

let opened: HistoryTable | undefined;

/** Lambda's entry. Lambda retries what is thrown, and then sends the event to the dead-letter queue. */
export async function handler(event: OutcomeEvent): Promise<void> {
  await recordOutcome(event, openStores());
}

function openStores(): OutcomeStores {
  const { stateMachineName: serviceName } = recordEnvironment.decode(process.env);
  const tableName = historyEnvironment.decode(process.env);
  if (tableName === undefined) return { serviceName };
  opened ??= openHistoryTable(tableName, HISTORY_WRITE);
  return { serviceName, table: opened };
}
