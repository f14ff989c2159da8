import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { handler } from '../../lambda/record-outcome';
import { listEnvironments } from '../../lib/aws/environment-items';
import { queryVerdicts } from '../../lib/aws/history-table';
import { historyEnvironment, recordEnvironment } from '../../lib/contract/environment';
import { type LocalHistoryTable, startHistoryTable } from '../support/history-table';
import { KillableCall } from '../support/hostile-lambda';
import { NOTIFICATIONS } from '../support/notifications';

const call = DynamoDBClient.prototype.send as (command: unknown) => Promise<unknown>;

let table: LocalHistoryTable;

beforeAll(async () => {
  table = await startHistoryTable();
  Object.assign(process.env, {
    ...recordEnvironment.encode({ stateMachineName: 'flightwatch' }),
    ...historyEnvironment.encode(table.tableName),
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
  });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => table.close());

/** What Lambda does: a run that is killed at this point, and another. @returns whether the first one survived */
async function runTwice(event: Parameters<typeof handler>[0], point: number): Promise<boolean> {
  const killable = new KillableCall(point, 'Runtime.ExitError');
  const send = jest.spyOn(DynamoDBClient.prototype, 'send');
  send.mockImplementation(function (this: DynamoDBClient, command: unknown) {
    return killable.step(() => call.call(this, command));
  } as never);
  const survived = await Promise.race([handler(event).then(() => true), killable.death.catch(() => false)]);
  send.mockRestore();
  await handler(event);
  return survived;
}

test('the function that records outcomes is killed anywhere: the history is right, and a watch counts once at most', async () => {
  const log = jest.spyOn(console, 'log').mockImplementation();
  const counts: number[] = [];
  for (let [point, survived] = [0, false]; !survived; point += 1) {
    log.mockClear();
    const id = `env-${point}`;
    const detail = { ...NOTIFICATIONS.FAILED.record, environment: { id } };

    survived = await runTwice({ id: 'event', 'detail-type': 'Deployment Finished', detail }, point);

    counts.push(log.mock.calls.filter(([line]) => String(line).includes('"DeploymentSeconds":')).length);
    const { verdicts } = await queryVerdicts(table, id);
    expect(verdicts).toMatchObject([{ outcome: 'FAILED', environment: { key: id } }]);
    const summary = (await listEnvironments(table)).environments.find(({ last }) => last.environment.key === id);
    expect(summary).toMatchObject({ last: verdicts[0], trend: 'first', failuresInARow: 1 });
  }

  // Of five calls: before and behind each. Only a run that dies right behind the write leaves its watch uncounted.
  expect(counts).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]);
});
