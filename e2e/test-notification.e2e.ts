import { randomBytes } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { EXECUTION_STATUS_CHANGE } from '../lib/contract/events';
import { executionArn, executionName } from '../lib/contract/execution-name';
import { OUTCOMES } from '../lib/contract/outcomes';
import type { StackOutputs } from '../lib/contract/stack-outputs';
import { type FlightcontrolServer, startFlightcontrolServer } from '../lib/local/flightcontrol-server';
import { type CommandResult, flightwatch } from '../test/support/command';
import { playDeployments } from './deployments';
import { ATTRIBUTES_VARIABLE } from './global-setup';
import { Installation, Subscriber } from './installation';

const KEY = `fc_CANARY_${randomBytes(8).toString('hex')}`;
const API_PORT = 4599;

const installation = new Installation(`FlightwatchTests${randomBytes(4).toString('hex')}`);
const subscriber = new Subscriber();
/** With the filter policy that docs/notifications.md has for programs. */
const program = new Subscriber({ test: [{ exists: false }] });
const stepFunctions = new SFNClient();
let api: FlightcontrolServer;
let outputs: StackOutputs;

beforeAll(async () => {
  api = await startFlightcontrolServer(playDeployments(KEY), API_PORT);
  outputs = await installation.deploy(process.env.FLIGHTWATCH_E2E_API_BASE_URL ?? api.url);
  await subscriber.subscribe(installation.name, outputs.NotificationTopicArn);
  await program.subscribe(`${installation.name}Program`, outputs.NotificationTopicArn);
}, 600_000);

afterAll(async () => {
  await Promise.all([subscriber.remove(), program.remove()]);
  await installation.remove();
  await api.close();
}, 600_000);

function command(args: readonly string[], stdin = ''): Promise<CommandResult> {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_') || name === 'HOME');
  return flightwatch([...args, '--state-machine-arn', outputs.StateMachineArn], {
    env: Object.fromEntries(own) as Record<string, string>,
    stdin,
  });
}

test('a test notification of each outcome is published, and the subscribers are listed', async () => {
  const { exitStatus, stdout, stderr } = await command([
    'test-notification',
    ...OUTCOMES.flatMap((outcome) => ['--outcome', outcome]),
  ]);

  expect(stderr).toBe('');
  expect(exitStatus).toBe(0);
  expect(stdout.match(/^Published: "TEST [A-Z_]+: production, main/gm)).toHaveLength(OUTCOMES.length);
  expect(stdout).toMatch(new RegExp(`^- sqs arn:\\S+:${installation.name}: everything$`, 'm'));
  expect(stdout).toMatch(/^- sqs arn:\S+Program: what passes {"test":\[{"exists":false}\]}$/m);

  await subscriber.receive(OUTCOMES.length);
  expect(subscriber.notifications.map(({ record }) => record.outcome).sort()).toEqual([...OUTCOMES].sort());
  for (const { subject, record } of subscriber.notifications) {
    expect(subject).toMatch(new RegExp(`^TEST ${record.outcome}: production, main`));
    expect(record).toMatchObject({ version: 1, test: true });
  }
});

test('none of them is a verdict in the history', async () => {
  const { Items } = await new DynamoDBClient().send(
    new ScanCommand({ TableName: outputs.HistoryTableName, ConsistentRead: true }),
  );

  expect(Items).toEqual([]);
});

/** Reported as skipped, not as passed, where the emulator drops the attributes. */
const testOfAttributes = process.env[ATTRIBUTES_VARIABLE] === 'dropped' ? test.skip : test;

testOfAttributes('the filter policy for programs excludes all of them', async () => {
  await program.receive(0);

  expect(program.notifications).toEqual([]);
});

test('set-key asks the API first: a wrong key is not stored, the right one is', async () => {
  const wrong = await command(['set-key'], 'fc_CANARY_wrong\n');
  const right = await command(['set-key'], `${KEY}\n`);

  expect(wrong).toMatchObject({ exitStatus: 2, stderr: expect.stringContaining('Flightcontrol refused the key') });
  expect(right).toMatchObject({ exitStatus: 0, stdout: expect.stringContaining('The API accepted the key') });
});

test('a watch that is stopped reports who asked for it', async () => {
  const before = subscriber.notifications.length;
  await command(['start', 'stuck-1']);

  const { exitStatus, stdout } = await command(['stop', 'stuck-1', '--by', 'Ada Lovelace']);

  expect(stdout).toContain('it was stopped by Ada Lovelace');
  expect(exitStatus).toBe(0);
  await putEventOfEnd(executionArn(outputs.StateMachineArn, executionName('stuck-1', 1)));
  await subscriber.receive(before + 1);
  expect(subscriber.notifications.at(-1)?.record).toMatchObject({
    outcome: 'WATCH_FAILED',
    deploymentId: 'stuck-1',
    reason: 'The watch was aborted before the deployment finished: Stopped by Ada Lovelace.',
  });
});

/** An emulator need not send it by itself; AWS does. */
async function putEventOfEnd(arn: string): Promise<void> {
  if (!process.env.AWS_ENDPOINT_URL) return;
  const [execution, { events = [] }] = await Promise.all([
    stepFunctions.send(new DescribeExecutionCommand({ executionArn: arn })),
    stepFunctions.send(new GetExecutionHistoryCommand({ executionArn: arn, reverseOrder: true })),
  ]);
  const { stateMachineArn, name, status, startDate, stopDate } = execution;
  // An emulator describes the execution without them.
  const { error, cause } = events.flatMap((event) => event.executionAbortedEventDetails ?? [])[0] ?? {};
  const times = { startDate: startDate?.getTime(), stopDate: stopDate?.getTime() };
  const Detail = JSON.stringify({ executionArn: arn, stateMachineArn, name, status, error, cause, ...times });
  const entry = { Source: EXECUTION_STATUS_CHANGE.source, DetailType: EXECUTION_STATUS_CHANGE.detailType, Detail };
  await new EventBridgeClient().send(new PutEventsCommand({ Entries: [entry] }));
}
