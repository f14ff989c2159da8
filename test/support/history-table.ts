import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { HistoryTable } from '../../lib/aws/history-table';
import { HISTORY_TABLE } from '../../lib/contract/history';

export interface LocalHistoryTable extends HistoryTable {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** An empty history table on a local server that speaks DynamoDB's protocol. */
export async function startHistoryTable(tableName = 'history'): Promise<LocalHistoryTable> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamoDb = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const { partitionKey, sortKey } = HISTORY_TABLE;
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
    }),
  );
  const polling = { client: dynamoDb, maxWaitTime: 10, minDelay: 0.001, maxDelay: 0.01 };
  await waitUntilTableExists(polling, { TableName: tableName });
  const close = () => {
    dynamoDb.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { dynamoDb, tableName, endpoint, close };
}
