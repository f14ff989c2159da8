import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { HISTORY_TABLE } from '../contract/history';
import { summariseEnvironment } from '../watch/environment-summary';
import type { StoredVerdict } from '../watch/stored-verdict';
import { keyOfEnvironment, toEnvironmentItem } from './environment-items';
import { toVerdictItem } from './history-items';
import { type HistoryTable, queryVerdicts } from './history-table';

/** So many functions may write about one environment at the same time, each of which succeeds before this one. */
const MAX_WRITES = 10;

/**
 * Writes a verdict, and the summary of its environment anew. Verdicts may arrive in any order and more than once.
 *
 * @param onFirst called once the verdict is written, unless the same watch's had been written before
 * @throws what the AWS SDK throws
 */
export async function writeVerdict(
  table: HistoryTable,
  verdict: StoredVerdict,
  onFirst: () => void = () => {},
): Promise<void> {
  if (await putVerdict(table, verdict)) onFirst();
  // Also for a repeated verdict: the first time, this may not have been reached.
  await updateSummary(table, verdict.environment.key);
}

/** @returns false if the same watch's verdict had been written before */
async function putVerdict({ dynamoDb, tableName }: HistoryTable, verdict: StoredVerdict): Promise<boolean> {
  try {
    const { Attributes } = await dynamoDb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: marshall(toVerdictItem(verdict)),
        // The later watch of a deployment holds, whichever arrives last.
        ConditionExpression: 'attribute_not_exists(#sk) OR endedAt <= :endedAt',
        ExpressionAttributeNames: { '#sk': HISTORY_TABLE.sortKey },
        ExpressionAttributeValues: marshall({ ':endedAt': verdict.endedAt }),
        ReturnValues: 'ALL_OLD',
      }),
    );
    return Attributes?.executionArn?.S !== verdict.executionArn;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return true;
    throw error;
  }
}

/** The summary follows from the verdicts alone. Two writers: the second one reads again what the first has written. */
async function updateSummary(table: HistoryTable, environmentKey: string): Promise<void> {
  for (let writes = 1; ; writes += 1) {
    const revision = await readRevision(table, environmentKey);
    const found = await queryVerdicts(table, environmentKey, { isConsistent: true });
    const summary = summariseEnvironment(found.verdicts, found);
    if (summary === undefined || (await putSummary(table, toEnvironmentItem(summary, revision + 1), revision))) return;
    if (writes === MAX_WRITES) throw new Error(`The summary of ${environmentKey} is being written by too many others.`);
  }
}

async function readRevision({ dynamoDb, tableName }: HistoryTable, environmentKey: string): Promise<number> {
  const { Item } = await dynamoDb.send(
    new GetItemCommand({
      TableName: tableName,
      Key: marshall(keyOfEnvironment({ key: environmentKey })),
      ConsistentRead: true,
    }),
  );
  return Number(Item?.revision?.N ?? 0);
}

/** @returns false if somebody else has written it meanwhile */
async function putSummary(
  { dynamoDb, tableName }: HistoryTable,
  item: Readonly<Record<string, unknown>>,
  revision: number,
): Promise<boolean> {
  try {
    await dynamoDb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: marshall(item),
        ConditionExpression: revision === 0 ? 'attribute_not_exists(revision)' : 'revision = :revision',
        ...(revision > 0 && { ExpressionAttributeValues: marshall({ ':revision': revision }) }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
