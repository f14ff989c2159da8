import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { HISTORY_TABLE } from '../contract/history';
import { MAX_VERDICTS_READ, type PresentDeployment } from '../watch/history';
import { partitionOf, readItem, STORED_VERDICT, type StoredVerdict, sortKeyOf } from './history-items';

export interface HistoryTable {
  readonly dynamoDb: DynamoDBClient;
  readonly tableName: string;
}

/** Verdicts of one environment, the newest first. */
export interface Verdicts {
  readonly verdicts: readonly StoredVerdict[];
  /** False if there are, or may be, older ones. */
  readonly isComplete: boolean;
}

interface VerdictQuery {
  /** Only those of deployments before this one. @default - all */
  readonly before?: Pick<PresentDeployment, 'startedAt' | 'deploymentId'> | undefined;
  readonly limit?: number;
  /** Whether what has just been written must be seen. */
  readonly isConsistent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

const { partitionKey, sortKey } = HISTORY_TABLE;
const NAMES = { '#pk': partitionKey, '#sk': sortKey };

/**
 * Reads the newest verdicts of an environment in one query. From an item on that cannot be read, nothing is known.
 *
 * @throws what the AWS SDK throws
 */
export async function queryVerdicts(
  { dynamoDb, tableName }: HistoryTable,
  environmentKey: string,
  { before, limit = MAX_VERDICTS_READ, isConsistent = false, signal }: VerdictQuery = {},
): Promise<Verdicts> {
  const end = before && sortKeyOf({ startedAt: before.startedAt, deploymentId: before.deploymentId ?? '' });
  const query = new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: end === undefined ? '#pk = :pk' : '#pk = :pk AND #sk < :end',
    ExpressionAttributeNames: end === undefined ? { '#pk': partitionKey } : NAMES,
    ExpressionAttributeValues: marshall({ ':pk': partitionOf(environmentKey), ...(end && { ':end': end }) }),
    ScanIndexForward: false,
    Limit: limit,
    ConsistentRead: isConsistent,
  });
  const { Items = [], LastEvaluatedKey } = await dynamoDb.send(query, { ...(signal && { abortSignal: signal }) });
  const read = Items.map((item) => readItem(STORED_VERDICT, item));
  const unreadable = read.findIndex((verdicts) => verdicts.length === 0);
  const verdicts = (unreadable === -1 ? read : read.slice(0, unreadable)).flat();
  return { verdicts, isComplete: unreadable === -1 && LastEvaluatedKey === undefined };
}
