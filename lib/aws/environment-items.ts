import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as v from 'valibot';
import { HISTORY_TABLE, TRENDS } from '../contract/history';
import type { EnvironmentSummary } from '../watch/environment-summary';
import type { EnvironmentFacts, StoredVerdict } from '../watch/stored-verdict';
import { expiryOf, ISO_TIME, readItem, STORED_VERDICT, TEXT } from './history-items';
import type { HistoryTable } from './history-table';

/** An environment as the table holds it. */
export type StoredEnvironment = EnvironmentSummary<StoredVerdict>;

const STORED_ENVIRONMENT = v.object({
  last: STORED_VERDICT,
  trend: v.exactOptional(v.picklist(TRENDS)),
  failuresInARow: v.exactOptional(v.pipe(v.number(), v.minValue(1))),
  since: v.exactOptional(ISO_TIME),
  usualSeconds: v.exactOptional(v.pipe(v.number(), v.minValue(0))),
  lastSuccess: v.exactOptional(
    v.object({ deploymentId: TEXT, branch: v.exactOptional(TEXT), commit: v.exactOptional(TEXT), endedAt: ISO_TIME }),
  ),
});

export function keyOfEnvironment({ key }: Pick<EnvironmentFacts, 'key'>) {
  return { [HISTORY_TABLE.partitionKey]: HISTORY_TABLE.environments, [HISTORY_TABLE.sortKey]: key };
}

/** @param revision counts the writes of the item */
export function toEnvironmentItem(environment: StoredEnvironment, revision: number): Readonly<Record<string, unknown>> {
  return {
    ...keyOfEnvironment(environment.last.environment),
    [HISTORY_TABLE.timeToLive]: expiryOf(environment.last),
    revision,
    ...environment,
  };
}

export interface Environments {
  /** In the order of their ids. */
  readonly environments: readonly StoredEnvironment[];
  /** How many others there are, whose items cannot be read. */
  readonly unreadable: number;
}

/**
 * Reads all environments.
 *
 * @throws what the AWS SDK throws
 */
export async function listEnvironments({ dynamoDb, tableName }: HistoryTable): Promise<Environments> {
  const query = {
    TableName: tableName,
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': HISTORY_TABLE.partitionKey },
    ExpressionAttributeValues: marshall({ ':pk': HISTORY_TABLE.environments }),
  };
  const environments: StoredEnvironment[] = [];
  let count = 0;
  for await (const { Items = [] } of paginateQuery({ client: dynamoDb }, query)) {
    count += Items.length;
    for (const item of Items) environments.push(...readItem(STORED_ENVIRONMENT, item));
  }
  return { environments, unreadable: count - environments.length };
}
