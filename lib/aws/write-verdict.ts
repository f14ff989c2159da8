import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { summariseEnvironment } from '../watch/environment-summary';
import { mergeVerdicts, type StoredVerdict } from '../watch/stored-verdict';
import { keyOfEnvironment, toEnvironmentItem } from './environment-items';
import { keyOfVerdict, readItem, STORED_VERDICT, toVerdictItem } from './history-items';
import { type HistoryTable, queryVerdicts } from './history-table';

/** So many functions may write about one environment at the same time, each of which succeeds before this one. */
const MAX_WRITES = 20;

/** Spreads those that write at the same time, more with each attempt. */
const MAX_PAUSE_MILLISECONDS = 50;

/**
 * Writes a verdict, and the summary of its environment anew. Verdicts may arrive in any order and more than once.
 *
 * @param onFirst called once the verdict is written, unless that of the same watch, or of a later one, had been written
 * @throws what the AWS SDK throws
 */
export async function writeVerdict(
  table: HistoryTable,
  verdict: StoredVerdict,
  onFirst: () => void = () => {},
): Promise<void> {
  const isFirst = await writeWhileContended(() => putVerdict(table, verdict));
  if (isFirst) onFirst();
  // Also for a repeated verdict: the first time, this may not have been reached.
  await writeWhileContended(() => putSummary(table, verdict));
}

/** @param write undefined if somebody else has written meanwhile: what it read is no longer true */
async function writeWhileContended<T>(write: () => Promise<T | undefined>): Promise<T> {
  for (let writes = 1; writes <= MAX_WRITES; writes += 1) {
    const result = await write();
    if (result !== undefined) return result;
    await sleep(Math.random() * writes * MAX_PAUSE_MILLISECONDS);
  }
  throw new Error('The history of the environment is being written by too many others.');
}

/** @returns whether this watch's verdict is the first, or later than what was there */
async function putVerdict(table: HistoryTable, verdict: StoredVerdict): Promise<boolean | undefined> {
  const item = await getItem(table, keyOfVerdict(verdict));
  const [known] = item === undefined ? [] : readItem(STORED_VERDICT, item);
  if (known?.executionArn === verdict.executionArn) return false;
  const merged = known === undefined ? verdict : mergeVerdicts(known, verdict);
  const isPut = await putUnlessChanged(table, toVerdictItem(merged), 'executionArn', item);
  return isPut ? merged.executionArn === verdict.executionArn : undefined;
}

/** The summary follows from the verdicts alone. Of two writers, the second one reads what the first has written. */
async function putSummary(table: HistoryTable, verdict: StoredVerdict): Promise<true | undefined> {
  const { key } = verdict.environment;
  const item = await getItem(table, keyOfEnvironment({ key }));
  const found = await queryVerdicts(table, key, { isConsistent: true });
  // Newer items may be of a version that cannot be read here; this verdict is known in any case.
  const summary = summariseEnvironment(found.verdicts, found) ?? summariseEnvironment([verdict], { isComplete: false });
  if (summary === undefined) return true;
  const revision = Number(item?.revision?.N ?? 0) + 1;
  const isPut = await putUnlessChanged(table, toEnvironmentItem(summary, revision), 'revision', item);
  return isPut ? true : undefined;
}

type Item = Record<string, AttributeValue>;

async function getItem({ dynamoDb, tableName }: HistoryTable, key: object): Promise<Item | undefined> {
  const get = new GetItemCommand({ TableName: tableName, Key: marshall(key), ConsistentRead: true });
  return (await dynamoDb.send(get)).Item;
}

/** @returns false if the attribute is no longer what it was when the item was read */
async function putUnlessChanged(
  { dynamoDb, tableName }: HistoryTable,
  item: object,
  attribute: string,
  read: Item | undefined,
): Promise<boolean> {
  const value = read?.[attribute];
  const put = new PutItemCommand({
    TableName: tableName,
    Item: marshall(item),
    ConditionExpression: value === undefined ? 'attribute_not_exists(#attribute)' : '#attribute = :value',
    ExpressionAttributeNames: { '#attribute': attribute },
    ...(value !== undefined && { ExpressionAttributeValues: { ':value': value } }),
  });
  try {
    await dynamoDb.send(put);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
