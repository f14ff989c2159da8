import { SFNClient } from '@aws-sdk/client-sfn';
import { handler as report } from '../../lambda/report-broken-watch';
import { followExecution } from '../../lib/aws/follow-execution';
import { startWatch } from '../../lib/aws/start-watch';
import { reportEnvironment } from '../../lib/contract/environment';
import type { Look } from '../../lib/watch/look';
import history from '../fixtures/history-0.1.json';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { flightwatch } from '../support/command';
import { executionArn, stateMachineArn, STATE_MACHINE_ARN as WATCHES } from '../support/step-functions';

const REPORTS = stateMachineArn('reports');
const ARN = executionArn(WATCHES, 'clx1-1');

// The fixture is the history of a failed build, recorded from version 0.1.0: watches that it started may still run.

let aws: AwsServer;

beforeAll(async () => {
  aws = await AwsServer.start();
  aws.stepFunctions.stateMachines = [WATCHES, REPORTS];
  Object.assign(
    process.env,
    awsEnvironment(aws),
    reportEnvironment.encode({ watchStateMachineArn: WATCHES, reportStateMachineArn: REPORTS }),
  );
});
beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
  aws.executions.set('clx1-1', structuredClone(history));
  aws.stepFunctions.executionsOf(REPORTS).clear();
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => aws.close());

/** The watch was aborted behind the nth poll. */
function abortAfterPoll(count: number): void {
  const polls = history.events.filter(({ stateExitedEventDetails: exit }) => exit?.name === 'Poll Deployment');
  const events = history.events.filter(({ id }) => id <= (polls[count - 1]?.id ?? 0));
  aws.executions.set('clx1-1', { status: 'ABORTED', input: history.input, events: structuredClone(events) });
  aws.abort('clx1-1');
}

function statusChange(status: string, error: string | null) {
  const detail = { executionArn: ARN, stateMachineArn: WATCHES, name: 'clx1-1', status, error, startDate: 0 };
  return { detail };
}

function reported() {
  const { input = '{}' } = aws.stepFunctions.executionsOf(REPORTS).get('clx1-1') ?? {};
  return JSON.parse(input) as object;
}

test('it is followed to its end', async () => {
  const looks: Look[] = [];

  const end = await followExecution(new SFNClient(), ARN, { looked: (look) => looks.push(look) });

  expect(looks.map(({ status }) => status)).toEqual(['INPROGRESS', 'BUILDING', 'BUILD_ERROR']);
  for (const look of [...looks, end.look])
    expect(look).toMatchObject({ phases: [], outage: null, plain: null, usualSeconds: null });
  expect(end).toMatchObject({ status: 'FAILED', error: 'DeploymentFailed', look: { outcome: 'FAILED' } });
  expect(end.look?.notification?.subject).toBe('FAILED: production, main');
});

test('the command follows it', async () => {
  aws.executions.set('clx1-1', { ...structuredClone(history), status: 'RUNNING' });

  const { exitStatus, stdout, stderr } = await flightwatch(['watch', 'clx1'], { env: awsEnvironment(aws) });

  expect(stderr).toBe('');
  expect(stdout).toContain('BUILDING');
  expect(stdout).toContain('FAILED: production, main');
  expect(exitStatus).toBe(1);
});

test('it is followed to its end if it was aborted', async () => {
  abortAfterPoll(2);

  const end = await followExecution(new SFNClient(), ARN, {});

  expect(end).toMatchObject({ status: 'ABORTED', look: { status: 'BUILDING', notification: null } });
});

test('its abort is reported with what it had found out', async () => {
  abortAfterPoll(2);

  await report(statusChange('ABORTED', null));

  const record = { outcome: 'WATCH_FAILED', status: 'BUILDING', deploymentId: 'clx1' };
  const place = { environment: { givenId: 'production' }, repository: { branch: 'main' } };
  expect(reported()).toMatchObject({ look: { notification: { record: { ...record, ...place } } } });
});

test('its verdict is reported if it was aborted before it could publish', async () => {
  abortAfterPoll(3);

  await report(statusChange('ABORTED', null));

  expect(reported()).toMatchObject({
    look: { notification: { record: { outcome: 'FAILED', status: 'BUILD_ERROR' } } },
  });
  const watch = await startWatch(new SFNClient(), WATCHES, { deploymentId: 'clx1' });
  expect(watch).toEqual({ executionArn: ARN, verdict: 'FAILED' });
});

test('it is not reported if it has published', async () => {
  await report(statusChange('FAILED', 'DeploymentFailed'));

  expect(reported()).toEqual({});
});
