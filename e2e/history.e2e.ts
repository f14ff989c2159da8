import { randomBytes } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { DEPLOYMENT_FINISHED } from '../lib/contract/events';
import { executionName } from '../lib/contract/execution-name';
import { HISTORY_TABLE } from '../lib/contract/history';
import type { StackOutputs } from '../lib/contract/stack-outputs';
import { type FlightcontrolServer, startFlightcontrolServer } from '../lib/local/flightcontrol-server';
import type { NotificationRecord } from '../lib/notification/record';
import { playDeployments } from './deployments';
import { executionsOf } from './executions';
import { Installation, Subscriber } from './installation';

const KEY = `fc_CANARY_${randomBytes(8).toString('hex')}`;
const API_PORT = 4599;

const installation = new Installation(`FlightwatchHistory${randomBytes(4).toString('hex')}`);
const subscriber = new Subscriber();
const dynamoDb = new DynamoDBClient();
let api: FlightcontrolServer;
let outputs: StackOutputs;

/** `bad-2` is the second deployment of the day. */
function createdAtOf(deploymentId: string): { readonly createdAt: string } {
  return { createdAt: `2026-01-01T0${deploymentId.split('-')[1]}:00:00.000Z` };
}

beforeAll(async () => {
  api = await startFlightcontrolServer(playDeployments(KEY, createdAtOf), API_PORT);
  outputs = await installation.deploy(process.env.FLIGHTWATCH_E2E_API_BASE_URL ?? api.url);
  await subscriber.subscribe(installation.name, outputs.NotificationTopicArn);
  await new SecretsManagerClient().send(
    new PutSecretValueCommand({ SecretId: outputs.ApiKeySecretArn, SecretString: KEY }),
  );
}, 600_000);

afterAll(async () => {
  await subscriber.remove();
  await installation.remove();
  await api.close();
}, 600_000);

async function watchDeployment(deploymentId: string): Promise<void> {
  const { StateMachineArn: stateMachineArn } = outputs;
  const start = { stateMachineArn, name: executionName(deploymentId, 1), input: JSON.stringify({ deploymentId }) };
  await new SFNClient().send(new StartExecutionCommand(start));
  await executionsOf(stateMachineArn, `${deploymentId}-`);
}

type Item = Readonly<Record<string, unknown>>;

/** All that the table holds. The summary of an environment counts its writes. */
async function readTable(): Promise<{ readonly items: readonly Item[]; readonly writes: number }> {
  const { Items = [] } = await dynamoDb.send(
    new ScanCommand({ TableName: outputs.HistoryTableName, ConsistentRead: true }),
  );
  const items = Items.map((item) => unmarshall(item));
  const writes = Number(items.find(({ pk }) => pk === HISTORY_TABLE.environments)?.revision ?? 0);
  const without = items.map(({ revision: _, ...item }) => item);
  return { items: without.sort((one, other) => String(one.sk).localeCompare(String(other.sk))), writes };
}

/** Waits until the function behind the events has written the summary so often. */
async function written(times: number): Promise<readonly Item[]> {
  for (;;) {
    const { items, writes } = await readTable();
    if (writes >= times) return items;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function putAgain(records: readonly NotificationRecord[]): Promise<void> {
  const { source: Source, detailType: DetailType } = DEPLOYMENT_FINISHED;
  const entries = records.map((record) => ({ Source, DetailType, Detail: JSON.stringify(record) }));
  await new EventBridgeClient().send(new PutEventsCommand({ Entries: entries }));
}

const STORY = ['good-1', 'bad-2', 'bad-3', 'gone-4', 'good-5'];

test('success, failure, failure, cancelled and success in one environment tell how they follow each other', async () => {
  for (const [index, deploymentId] of STORY.entries()) {
    await watchDeployment(deploymentId);
    await written(index + 1);
  }

  await subscriber.receive(STORY.length);
  const told = subscriber.notifications.map(({ subject, record }) => [subject, record.history?.trend]);
  expect(told).toEqual([
    ['SUCCEEDED: production, main', 'first'],
    ['FAILED: production, main', 'broke'],
    ['FAILED: production, main, 2nd failure in a row', 'still failing'],
    ['CANCELLED: production, main', undefined],
    ['SUCCEEDED: production, main, recovered after 2 failures', 'recovered'],
  ]);
});

test('the same events, delivered again and in another order, change nothing', async () => {
  const { items, writes } = await readTable();
  const records = subscriber.notifications.map(({ record }) => record);

  await putAgain(records.toReversed());

  expect(await written(writes + records.length)).toEqual(items);
});

test('a table that is gone changes no verdict', async () => {
  await dynamoDb.send(new DeleteTableCommand({ TableName: outputs.HistoryTableName }));

  await watchDeployment('bad-6');

  await subscriber.receive(STORY.length + 1);
  const last = subscriber.notifications.at(-1);
  expect(last?.subject).toBe('FAILED: production, main');
  expect(last?.record).not.toHaveProperty('history');
});
