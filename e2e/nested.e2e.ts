import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DEPLOYMENT_TRIGGERED } from '../lib/contract/events';
import type { StackOutputs } from '../lib/contract/stack-outputs';
import { type FlightcontrolServer, startFlightcontrolServer } from '../lib/local/flightcontrol-server';
import { flightwatch } from '../test/support/command';
import { synthesiseStep, WORKFLOW_ARN } from '../test/support/nested-stack';
import { playDeployments } from './deployments';
import { executionsOf, runningExecutions } from './executions';
import { NESTED_NAMES_VARIABLE } from './global-setup';
import { Installation, Subscriber } from './installation';

const KEY = `fc_CANARY_${randomBytes(8).toString('hex')}`;
const API_PORT = 4599;

const installation = new Installation(`FlightwatchNested${randomBytes(4).toString('hex')}`);
const workflow = new Installation(`${installation.name}Workflow`);
const subscriber = new Subscriber();
const stepFunctions = new SFNClient();
let api: FlightcontrolServer;
let outputs: StackOutputs;
let workflowArn: string;

beforeAll(async () => {
  api = await startFlightcontrolServer(playDeployments(KEY), API_PORT);
  outputs = await installation.deploy(process.env.FLIGHTWATCH_E2E_API_BASE_URL ?? api.url);
  workflowArn = await deployWorkflow(outputs.StateMachineArn);
  await subscriber.subscribe(installation.name, outputs.NotificationTopicArn);
  await flightwatch(['set-key', '--no-check', '--state-machine-arn', outputs.StateMachineArn], {
    env: ownAws(),
    stdin: KEY,
  });
}, 600_000);

afterAll(async () => {
  await subscriber.remove();
  await workflow.remove();
  await installation.remove();
  await api.close();
}, 600_000);

function ownAws(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_') || name === 'HOME');
  return Object.fromEntries(own) as Record<string, string>;
}

/** The step of the example, as a state machine of its own in a stack of its own. */
async function deployWorkflow(stateMachineArn: string): Promise<string> {
  const outdir = await mkdtemp(join(tmpdir(), 'flightwatch-nested-'));
  synthesiseStep(workflow.name, stateMachineArn, outdir);
  await promisify(execFile)('npx', ['cdk', 'deploy', '--app', outdir, '--require-approval', 'never']);
  await rm(outdir, { recursive: true });
  const { Stacks } = await new CloudFormationClient().send(new DescribeStacksCommand({ StackName: workflow.name }));
  return Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === WORKFLOW_ARN)?.OutputValue ?? '';
}

function startWorkflow(deploymentId: string) {
  const input = JSON.stringify({ deploymentId });
  return stepFunctions.send(new StartExecutionCommand({ stateMachineArn: workflowArn, name: deploymentId, input }));
}

/** The states that it passed, once it has ended. An emulator need not take a state's error from its input. */
async function endOf(deploymentId: string) {
  const [executionArn] = await executionsOf(workflowArn, deploymentId);
  const [{ status, output = '{}' }, { events = [] }] = await Promise.all([
    stepFunctions.send(new DescribeExecutionCommand({ executionArn })),
    stepFunctions.send(new GetExecutionHistoryCommand({ executionArn })),
  ]);
  const states = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  return { status, output: JSON.parse(output), states };
}

/** Their outcomes; a notification too many is there, too. */
function notificationsOf(deploymentId: string): string[] {
  const own = subscriber.notifications.filter(({ record }) => record.deploymentId === deploymentId);
  return own.map(({ record }) => record.outcome);
}

test.each([
  ['good-fresh', 'SUCCEEDED', 'SUCCEEDED', 'Deployed'],
  ['bad-fresh', 'FAILED', 'FAILED', 'Deployment Did Not Succeed'],
  ['gone-fresh', 'FAILED', 'CANCELLED', 'Deployment Did Not Succeed'],
])('%s, which nobody watches: the workflow ends as %s, and subscribers are told %s once', async (...expected) => {
  const [deploymentId, status, outcome, lastState] = expected;
  const before = subscriber.notifications.length;

  await startWorkflow(deploymentId);
  const end = await endOf(deploymentId);

  expect(end.status).toBe(status);
  expect(end.states.at(-1)).toBe(lastState);
  await subscriber.receive(before + 1);
  expect(notificationsOf(deploymentId)).toEqual([outcome]);
  expect(await executionsOf(outputs.StateMachineArn, `${deploymentId}-`)).toHaveLength(1);
});

/** Reported as skipped, not as passed, where a nested start replaces the execution that has its name. */
const testOfNames = process.env[NESTED_NAMES_VARIABLE] === 'replaced' ? test.skip : test;

testOfNames('a deployment that an event announced is watched once: the workflow joins that watch', async () => {
  const before = subscriber.notifications.length;
  await putEvent('good-joined');
  while ((await runningExecutions(outputs.StateMachineArn, 'good-joined-')).length === 0) await pause();

  await startWorkflow('good-joined');
  const end = await endOf('good-joined');

  expect(end.status).toBe('SUCCEEDED');
  expect(end.output.watch.record).toMatchObject({ outcome: 'SUCCEEDED', deploymentId: 'good-joined' });
  expect(end.states).toContain('Wait For Watch');
  await subscriber.receive(before + 1);
  expect(notificationsOf('good-joined')).toEqual(['SUCCEEDED']);
  expect(await executionsOf(outputs.StateMachineArn, 'good-joined-')).toHaveLength(1);
});

testOfNames('a verdict that is there is used, and nobody is told again', async () => {
  const before = subscriber.notifications.length;
  await putEvent('bad-known');
  await executionsOf(outputs.StateMachineArn, 'bad-known-');

  await startWorkflow('bad-known');
  const end = await endOf('bad-known');

  expect(end.states.at(-1)).toBe('Deployment Did Not Succeed');
  expect(end.states).not.toContain('Wait For Watch');
  await subscriber.receive(before + 1);
  expect(notificationsOf('bad-known')).toEqual(['FAILED']);
  expect(await executionsOf(outputs.StateMachineArn, 'bad-known-')).toHaveLength(1);
});

async function putEvent(deploymentId: string): Promise<void> {
  const { source: Source, detailType: DetailType } = DEPLOYMENT_TRIGGERED;
  const entry = { Source, DetailType, Detail: JSON.stringify({ deploymentId }) };
  await new EventBridgeClient().send(new PutEventsCommand({ Entries: [entry] }));
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}
