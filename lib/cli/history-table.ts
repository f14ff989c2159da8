import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import type { HistoryTable } from '../aws/history-table';
import { readStackOutputs } from '../aws/stack-outputs';
import { describeValue } from '../text';
import { asUsageError, describeAwsError, UsageError } from './errors';
import { findStateMachine, type StateMachine } from './state-machine';
import type { Terminal } from './terminal';

export interface HistoryTableOptions {
  readonly stateMachineArn?: string | undefined;
  /** The name of the table, for a construct in somebody's own stack. */
  readonly historyTable?: string | undefined;
}

/** Source: DynamoDB docs, Naming rules. */
const TABLE_NAME = /^[\w.-]{3,255}$/;

/**
 * Finds the history table that the option names, or else that of the stack.
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
  { arn, stepFunctions }: StateMachine,
  { historyTable }: HistoryTableOptions,
): Promise<HistoryTable> {
  const { region } = stepFunctions.config;
  if (historyTable !== undefined) return openTable(checkTableName(historyTable), region);
  const cloudFormation = new CloudFormationClient({ ...COMMAND_LINE_CLIENT, region });
  const outputs = await asUsageError(() => readStackOutputs(cloudFormation, arn));
  if (outputs?.HistoryTableName !== undefined) return openTable(outputs.HistoryTableName, region);
  if (outputs === undefined) throw new UsageError(`No stack has ${arn} as a resource: pass ${OWN_TABLE}.`);
  throw new UsageError(
    `The stack of ${arn} has no output HistoryTableName: its setting history is false, or it was deployed before there was one. Set history to true and deploy it again, or pass ${OWN_TABLE}.`,
  );
}

const OWN_TABLE = "--history-table with the name of your own stack's table";

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
  return asUsageError(async () => {
    try {
      return await read(table);
    } catch (error) {
      throw explain(error as Error, table) ?? error;
    }
  });
}

function explain(error: Error, { tableName }: HistoryTable): UsageError | undefined {
  if (error.name === 'ResourceNotFoundException')
    return new UsageError(
      `There is no table ${tableName} in this account and region: compare it with the output HistoryTableName of the stack.`,
      { cause: error },
    );
  if (!error.name.startsWith('AccessDenied')) return undefined;
  return new UsageError(`${describeAwsError(error)} Reading ${tableName} needs dynamodb:Query.`, { cause: error });
}
