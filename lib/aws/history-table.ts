import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { CallLimits } from '../contract/call-limits';
import { HISTORY_TABLE } from '../contract/history';
import { type DeploymentInTime, MAX_VERDICTS_READ, type Verdicts } from '../watch/history';
import type { StoredVerdict } from '../watch/stored-verdict';
import { timeOutAfter } from './clients';
import { partitionOf, readItem, STORED_VERDICT, sortKeyOf } from './history-items';

export interface HistoryTable {
  readonly dynamoDb: DynamoDBClient;
  readonly tableName: string;
}

/** @param limits what still fails after these attempts is thrown */
export function openHistoryTable(tableName: string, { attempts, secondsPerAttempt }: CallLimits): HistoryTable {
  const requestHandler = timeOutAfter(secondsPerAttempt, Math.min(secondsPerAttempt, 2));
  return { dynamoDb: new DynamoDBClient({ maxAttempts: attempts, requestHandler }), tableName };
}

interface VerdictQuery {
  /** Only those of deployments before this one. @default - all */
  readonly before?: DeploymentInTime | undefined;
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
): Promise<Verdicts<StoredVerdict>> {
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
