import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import type { HistoryTable } from '../aws/history-table';
import { describeValue } from '../text';
import { asUsageError, UsageError } from './errors';
import { readInstalledSettings } from './installed-settings';
import { findStateMachine, type StateMachine } from './state-machine';
import type { Terminal } from './terminal';

export interface HistoryTableOptions {
  readonly stateMachineArn?: string | undefined;
  /** The name of the table. @default - the one of the state machine's poll function */
  readonly historyTable?: string | undefined;
}

/** Source: DynamoDB docs, Naming rules. */
const TABLE_NAME = /^[\w.-]{3,255}$/;

/**
 * Finds the history table that the option names, or else the one that the state machine's poll function reads.
 *
 * @throws UsageError
 */
export async function findHistoryTable(options: HistoryTableOptions, terminal: Terminal): Promise<HistoryTable> {
  const { stateMachineArn, historyTable } = options;
  // The state machine only tells the region.
  if (historyTable !== undefined && stateMachineArn === undefined) return openTable(checkTableName(historyTable));
  return findHistoryTableOf(await findStateMachine(stateMachineArn, terminal), options);
}

/**
 * The same for a state machine that is known.
 *
 * @throws UsageError
 */
export async function findHistoryTableOf(
  stateMachine: StateMachine,
  { historyTable }: HistoryTableOptions,
): Promise<HistoryTable> {
  const { region } = stateMachine.stepFunctions.config;
  if (historyTable !== undefined) return openTable(checkTableName(historyTable), region);
  const { historyTable: tableName } = await readInstalledSettings(stateMachine, IF_DENIED);
  if (tableName !== undefined) return openTable(tableName, region);
  throw new UsageError(
    `${stateMachine.arn} has no history: its setting history is false. Set it to true and deploy again, or pass ${OTHER_TABLE}.`,
  );
}

const OTHER_TABLE = '--history-table with the name of another table';
const IF_DENIED =
  'Finding the history table needs states:DescribeStateMachine and lambda:GetFunctionConfiguration; without them, pass its name with --history-table.';

function openTable(tableName: string, region = COMMAND_LINE_CLIENT.region as DynamoDBClient['config']['region']) {
  return { dynamoDb: new DynamoDBClient({ ...COMMAND_LINE_CLIENT, region }), tableName };
}

function checkTableName(text: string): string {
  if (TABLE_NAME.test(text)) return text;
  throw new UsageError(`--history-table: got ${describeValue(text)}, expected the name of a DynamoDB table.`);
}

/**
 * Reads from the table.
 *
 * @throws UsageError
 */
export function readTable<T>(table: HistoryTable, read: (table: HistoryTable) => Promise<T>): Promise<T> {
  const { tableName } = table;
  return asUsageError(async () => {
    try {
      return await read(table);
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      throw new UsageError(
        `There is no table ${tableName} in this account and region: check them, and --history-table. If somebody deleted the table, doctor says what to do.`,
        { cause: error },
      );
    }
  }, `Reading ${tableName} needs dynamodb:Query.`);
}
