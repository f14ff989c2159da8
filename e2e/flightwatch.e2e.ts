import { randomBytes } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DEPLOYMENT_TRIGGERED, EXECUTION_STATUS_CHANGE } from '../lib/contract/events';
import { executionName } from '../lib/contract/execution-name';
import type { StackOutputs } from '../lib/contract/stack-outputs';
import { type FlightcontrolServer, startFlightcontrolServer } from '../lib/local/flightcontrol-server';
import { type ActionRun, type ActionStep, runActionStep } from '../test/support/action-runner';
import { type CommandResult, flightwatch } from '../test/support/command';
import { playDeployments } from './deployments';
import { executionsOf as listExecutions, runningExecutions, stopExecution } from './executions';
import { ATTRIBUTES_VARIABLE } from './global-setup';
import { Installation, Subscriber } from './installation';

const KEY = `fc_CANARY_${randomBytes(8).toString('hex')}`;
const API_PORT = 4599;

const installation = new Installation(`FlightwatchE2e${randomBytes(4).toString('hex')}`);
const subscriber = new Subscriber();
/** Its filter policy lets failures of production pass only. */
const picky = new Subscriber({ outcome: ['FAILED'], environment: ['production'] });
const stepFunctions = new SFNClient();
let api: FlightcontrolServer;
let outputs: StackOutputs;

function apiBaseUrl(): string {
  return process.env.FLIGHTWATCH_E2E_API_BASE_URL ?? api.url;
}

beforeAll(async () => {
  api = await startFlightcontrolServer(playDeployments(KEY), API_PORT);
  outputs = await installation.deploy(apiBaseUrl());
  await subscriber.subscribe(installation.name, outputs.NotificationTopicArn);
  await picky.subscribe(`${installation.name}Picky`, outputs.NotificationTopicArn);
}, 600_000);

afterAll(async () => {
  await Promise.all([subscriber.remove(), picky.remove()]);
  await installation.remove();
  await api.close();
}, 600_000);

/** The command with the caller's own AWS, as in a shell. */
function command(args: readonly string[], stdin?: string): Promise<CommandResult> {
  return flightwatch([...args, '--state-machine-arn', outputs.StateMachineArn], {
    env: ownAws(),
    ...(stdin !== undefined && { stdin }),
  });
}

/** A step of GitHub Actions with the caller's own AWS. */
function action({ inputs = {}, ...step }: ActionStep): Promise<ActionRun> {
  return runActionStep({
    ...step,
    inputs: { ...inputs, 'state-machine-arn': outputs.StateMachineArn },
    env: ownAws(),
  });
}

function ownAws(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_') || name === 'HOME');
  return Object.fromEntries(own) as Record<string, string>;
}

async function startExecution(deploymentId: string, more: { timeoutMinutes?: number } = {}): Promise<void> {
  const input = JSON.stringify({ deploymentId, ...more });
  const start = { stateMachineArn: outputs.StateMachineArn, name: executionName(deploymentId, 1), input };
  await stepFunctions.send(new StartExecutionCommand(start)).catch((error: Error) => {
    if (error.name !== 'ExecutionAlreadyExists') throw error;
  });
}

async function putEvent(detail: unknown): Promise<void> {
  const { source: Source, detailType: DetailType } = DEPLOYMENT_TRIGGERED;
  const entry = { Source, DetailType, Detail: JSON.stringify(detail) };
  await new EventBridgeClient().send(new PutEventsCommand({ Entries: [entry] }));
}

/** All executions of a deployment, once none of them runs. */
function executionsOf(prefix: string, atLeast?: number): Promise<string[]> {
  return listExecutions(outputs.StateMachineArn, prefix, atLeast);
}

async function endOf(deploymentId: string): Promise<{ status: string; error: string | undefined; output: string }> {
  const [executionArn] = await executionsOf(`${deploymentId}-`);
  const { status = '', error, output = '' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return { status, error, output };
}

const EXECUTION_ENDS = [
  ['good', 'SUCCEEDED', undefined],
  ['bad', 'FAILED', 'DeploymentFailed'],
  ['gone', 'FAILED', 'DeploymentCancelled'],
] as const;

describe('a refused key', () => {
  test('set-key refuses it, unless it is told not to check', async () => {
    const checked = await command(['set-key', '--check', 'good-cli'], 'fc_CANARY_wrong\n');
    const stored = await command(['set-key', '--no-check'], 'fc_CANARY_wrong\n');

    expect(checked).toMatchObject({ exitStatus: 2, stderr: expect.stringContaining('Nothing was stored') });
    expect(stored).toMatchObject({ exitStatus: 0, stdout: expect.stringContaining('The key is stored') });
  });

  test('ends as WATCH_FAILED, started by the command, by start-execution and by the event', async () => {
    await Promise.all([startExecution('refused-direct'), putEvent({ deploymentId: 'refused-event' })]);
    const watched = await command(['watch', 'refused-cli']);

    expect(watched).toMatchObject({
      exitStatus: 3,
      stdout: expect.stringContaining('Create a new key in Flightcontrol'),
    });
    expect(await endOf('refused-direct')).toMatchObject({ status: 'FAILED', error: 'WatchFailed' });
    expect(await endOf('refused-event')).toMatchObject({ status: 'FAILED', error: 'WatchFailed' });
  });

  test('the right key is stored', async () => {
    const { exitStatus, stdout } = await command(['set-key', '--check', 'probe-1'], `${KEY}\n`);

    expect(stdout).toContain('The key works: deployment probe-1 is INPROGRESS.');
    expect(exitStatus).toBe(0);
  });
});

test('a watch with a time limit of one minute is started for a deployment that never finishes', async () => {
  await startExecution('stuck-late', { timeoutMinutes: 1 });
});

test('the stack is deployed again, with a limit of one minute, while a watch runs', async () => {
  await startExecution('stuck-kept');

  await installation.deploy(apiBaseUrl(), { timeoutMinutes: '1' });
});

describe('each outcome', () => {
  test.each([
    ['good', 0, 'SUCCEEDED: production, main'],
    ['bad', 1, 'FAILED: production, main'],
    ['gone', 1, 'CANCELLED: production, main'],
  ])('watched by the command: %s exits with %d', async (kind, exitStatus, verdict) => {
    const result = await command(['watch', `${kind}-cli`]);

    expect(result.exitStatus).toBe(exitStatus);
    expect(result.stdout).toMatch(/INPROGRESS/);
    expect(result.stdout.trim().split('\n').at(-1)).toBe(verdict);
  });

  test.each(EXECUTION_ENDS)('started by start-execution: %s ends as %s', async (kind, status, error) => {
    await startExecution(`${kind}-direct`);

    expect(await endOf(`${kind}-direct`)).toMatchObject({ status, error });
  });

  test.each(EXECUTION_ENDS)('started by the event: %s ends as %s', async (kind, status, error) => {
    await putEvent({ deploymentId: `${kind}-event` });

    expect(await endOf(`${kind}-event`)).toMatchObject({ status, error });
  });

  test('an event without a usable id ends as WATCH_FAILED', async () => {
    await putEvent({ deploymentId: 'a/b' });

    const [executionArn] = await executionsOf('event-');
    expect(await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      error: 'WatchFailed',
    });
  });
});

describe('the GitHub Action', () => {
  test.each([
    ['good', 0, 'SUCCEEDED', 0],
    ['bad', 1, 'FAILED', 1],
  ])(
    'watches %s, exits with %d, and says it in outputs, summary and annotations',
    async (kind, exitStatus, outcome, annotations) => {
      const run = await action({ inputs: { 'deployment-id': `${kind}-action` } });

      expect(run.exitStatus).toBe(exitStatus);
      expect(run.outputs).toMatchObject({ 'deployment-id': `${kind}-action`, outcome, environment: 'production' });
      expect(run.summary).toContain(`### ${outcome}: production, main`);
      expect(run.summary).toContain('```mermaid');
      expect(run.commands).toHaveLength(annotations);
    },
  );

  test('watches the deployment whose event started the job, once for ten jobs', async () => {
    const body = { deployment: { payload: { deployment: { deploymentId: 'good-job' } } } };
    const jobs = Array.from({ length: 10 }, () => action({ event: { name: 'deployment_status', body } }));

    const runs = await Promise.all(jobs);

    expect(runs.map(({ outputs: { outcome } }) => outcome)).toEqual(Array(10).fill('SUCCEEDED'));
    expect(await executionsOf('good-job-')).toHaveLength(1);
  });
});

test('a deployment that is announced five times at once, in every way, is watched once', async () => {
  const [one, other] = await Promise.all([
    command(['watch', 'good-five']),
    command(['watch', 'good-five']),
    putEvent({ deploymentId: 'good-five' }),
    putEvent({ deploymentId: 'good-five' }),
    startExecution('good-five'),
  ]);

  expect([one.exitStatus, other.exitStatus]).toEqual([0, 0]);
  expect(await executionsOf('good-five-')).toHaveLength(1);
});

test('an aborted watch is reported once, however often its event comes', async () => {
  await startExecution('stuck-direct');

  await abort('stuck-direct');
});

test('a watch keeps the time limit that it started with, whatever is deployed meanwhile', async () => {
  // A minute is over since the stack was deployed with a limit of one minute.
  expect((await endOf('stuck-late')).error).toBe('WatchTimedOut');
  expect(await runningExecutions(outputs.StateMachineArn, 'stuck-kept-')).toHaveLength(1);

  await abort('stuck-kept');
});

/** Aborts the watch, and sends its event, which an emulator need not send. */
async function abort(deploymentId: string): Promise<void> {
  const execution = await stopExecution(outputs.StateMachineArn, `${deploymentId}-`);
  if (!process.env.AWS_ENDPOINT_URL) return;

  const detail = {
    executionArn: execution?.executionArn,
    stateMachineArn: outputs.StateMachineArn,
    name: execution?.name,
    status: 'ABORTED',
    startDate: execution?.startDate?.getTime(),
    stopDate: Date.now(),
    error: null,
    cause: null,
  };
  const event = {
    Source: EXECUTION_STATUS_CHANGE.source,
    DetailType: EXECUTION_STATUS_CHANGE.detailType,
    Detail: JSON.stringify(detail),
  };
  await new EventBridgeClient().send(new PutEventsCommand({ Entries: [event, event, event] }));
}

test('one notification each, and the key nowhere', async () => {
  const ways = ['cli', 'direct', 'event'];
  const expected = [
    ...ways.map((way) => `refused-${way} WATCH_FAILED`),
    ...ways.map((way) => `good-${way} SUCCEEDED`),
    ...ways.map((way) => `bad-${way} FAILED`),
    ...ways.map((way) => `gone-${way} CANCELLED`),
    'no id WATCH_FAILED',
    'good-five SUCCEEDED',
    'good-action SUCCEEDED',
    'bad-action FAILED',
    'good-job SUCCEEDED',
    'stuck-direct WATCH_FAILED',
    'stuck-kept WATCH_FAILED',
    'stuck-late TIMED_OUT',
  ];

  await subscriber.receive(expected.length);

  const { notifications } = subscriber;
  expect(notifications.map(({ record }) => `${record.deploymentId ?? 'no id'} ${record.outcome}`).sort()).toEqual(
    expected.sort(),
  );
  for (const { subject, record } of notifications) process.stdout.write(`${subject} ${JSON.stringify(record)}\n`);
  expect(notifications.map(({ text }) => text).join()).not.toContain('CANARY');
  for (const executionArn of await executionsOf('', expected.length)) {
    const history = await stepFunctions.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    expect(JSON.stringify(history)).not.toContain('CANARY');
  }
});

/** Reported as skipped, not as passed, where the emulator drops the attributes. */
const testOfAttributes = process.env[ATTRIBUTES_VARIABLE] === 'dropped' ? test.skip : test;

testOfAttributes('each notification has its attributes, and a filter policy lets only its own pass', async () => {
  const { notifications } = subscriber;
  await picky.receive(4);

  for (const { attributes = {}, record } of notifications) {
    expect(attributes.outcome).toEqual({ Type: 'String', Value: record.outcome });
    expect(attributes.deploymentId?.Value).toBe(record.deploymentId);
  }
  expect(picky.notifications.map(({ record }) => record.deploymentId).sort()).toEqual([
    'bad-action',
    'bad-cli',
    'bad-direct',
    'bad-event',
  ]);
});
