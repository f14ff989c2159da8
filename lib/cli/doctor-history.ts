import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { listEnvironments } from '../aws/environment-items';
import { examine, type Finding } from './doctor-findings';
import type { Installation } from './doctor-installation';

const NAME = 'History';

/** Whether the history can be read, and what is in it. */
export function checkHistory({ settings, client, pages }: Installation): Promise<Finding[]> {
  const needs = ['dynamodb:Query'];
  return examine({ name: NAME, needs }, async () => {
    const { historyTable: tableName } = (await settings) ?? {};
    if (tableName === undefined)
      return { name: NAME, state: 'good', found: 'There is none: the setting history is false.' };
    const subject = { name: NAME, link: pages.table(tableName) };
    try {
      const { environments } = await listEnvironments({ dynamoDb: new DynamoDBClient(client), tableName });
      return { ...subject, state: 'good', found: `It can be read. ${describeCount(environments.length)}.` };
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      const todo =
        'Somebody deleted it, and CloudFormation does not notice: set the setting history to false and deploy, then to true and deploy again.';
      return { ...subject, state: 'bad', found: `The table ${tableName} does not exist.`, todo };
    }
  });
}

function describeCount(count: number): string {
  if (count === 0) return 'No environment has a verdict yet';
  return count === 1 ? '1 environment has verdicts' : `${count} environments have verdicts`;
}
