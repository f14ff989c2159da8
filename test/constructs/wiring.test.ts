import { listEnvironments } from '../../lib/aws/environment-items';
import { type EndedStatus, UNSUCCESSFUL_STATUSES } from '../../lib/contract/events';
import { OUTCOMES } from '../../lib/contract/outcomes';
import { isNotifyState } from '../../lib/contract/state-kinds';
import { STATES } from '../../lib/contract/states';
import { readDefinition } from '../../lib/local/definition';
import {
  deploymentJson,
  type FlightcontrolServer,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import type { Notification } from '../../lib/notification/notification';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { type BusEvent, DeployedStack, type Invocation } from '../support/deployed-stack';
import { type LocalHistoryTable, startHistoryTable } from '../support/history-table';
import { NOTIFICATIONS } from '../support/notifications';
import { endedExecution, executionArn } from '../support/step-functions';

const stack = new DeployedStack();
const { watches, reports } = stack.stateMachines;
const LOOK = { outcome: 'IN_PROGRESS', status: 'BUILDING', services: [], deployment: null, notification: null };
const FOUND = { ...LOOK, outcome: 'FAILED', notification: NOTIFICATIONS.FAILED };

const [tableName = ''] = stack.idsOf('AWS::DynamoDB::Table');

let aws: AwsServer;
let table: LocalHistoryTable;

beforeEach(async () => {
  aws = await AwsServer.start();
  aws.stepFunctions.stateMachines = [watches, reports];
  table = await startHistoryTable(tableName);
});
afterEach(() => Promise.all([aws.close(), table.close()]));

function environment(): Record<string, string> {
  return { ...awsEnvironment(aws), AWS_ENDPOINT_URL_DYNAMODB: table.endpoint };
}

async function deliver(event: BusEvent): Promise<Invocation[]> {
  const invocations = await stack.deliver(event, environment());
  for (const { exitStatus, stderr } of invocations) expect({ exitStatus, stderr }).toMatchObject({ exitStatus: 0 });
  return invocations;
}

/** The event of an execution that left these states and then ended so. */
function statusChange(
  stateMachineArn: string,
  status: EndedStatus,
  states: readonly string[],
  { error, look = LOOK }: { readonly error?: string; readonly look?: object } = {},
): BusEvent {
  const execution = endedExecution(states.map((state) => [state, look]));
  aws.stepFunctions.executionsOf(stateMachineArn).set('clx1-1', { ...execution, status });
  return {
    id: 'event',
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn: executionArn(stateMachineArn, 'clx1-1'),
      stateMachineArn,
      name: 'clx1-1',
      status,
      startDate: 1673302205000,
      stopDate: 1673302505000,
      input: '{"deploymentId":"clx1"}',
      error: error ?? null,
      cause: null,
    },
  };
}

function reportsOf(): string[] {
  return [...aws.stepFunctions.executionsOf(reports).keys()];
}

/** What was written in the embedded metric format. */
function metricsOf(invocations: readonly Invocation[]): Record<string, unknown>[] {
  const lines = invocations.flatMap(({ stdout }) => stdout.split('\n')).filter((line) => line.includes('_aws'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function announcementOf(deploymentId: string, source = 'flightcontrol'): BusEvent {
  return { id: `event-of-${deploymentId}`, source, 'detail-type': 'Deployment Triggered', detail: { deploymentId } };
}

test('an announced deployment starts its watch; an event of another source starts nothing', async () => {
  await deliver(announcementOf('clx1'));
  await deliver(announcementOf('clx2', 'elsewhere'));

  const executions = [...aws.stepFunctions.executionsOf(watches)];
  expect(executions).toEqual([
    ['clx1-1', expect.objectContaining({ input: '{"deploymentId":"clx1","eventId":"event-of-clx1"}' })],
  ]);
});

test('an announcement that is delivered again after an inconclusive watch starts nothing', async () => {
  await deliver(announcementOf('clx1'));
  const executions = aws.stepFunctions.executionsOf(watches);
  Object.assign(executions.get('clx1-1') ?? {}, { status: 'FAILED', error: 'WatchTimedOut' });

  await deliver(announcementOf('clx1'));

  expect([...executions.keys()]).toEqual(['clx1-1']);
});

test('two installations in one account take the announcements of their own source or bus', async () => {
  const own = new DeployedStack({ stateMachineName: 'own-source', eventSource: 'com.example.flightcontrol' });
  const bus = new DeployedStack({ stateMachineName: 'own-bus', eventBusName: 'deployments' });
  aws.stepFunctions.stateMachines = [own, bus].map(({ stateMachines }) => stateMachines.watches);
  const started = () => aws.stepFunctions.stateMachines.map((arn) => [...aws.stepFunctions.executionsOf(arn).keys()]);

  for (const installation of [own, bus]) {
    await installation.deliver(announcementOf('clx1'), awsEnvironment(aws));
    await installation.deliver(announcementOf('clx2', 'com.example.flightcontrol'), awsEnvironment(aws));
    await installation.deliver(announcementOf('clx3'), awsEnvironment(aws), 'deployments');
  }

  expect(started()).toEqual([['clx2-1'], ['clx3-1']]);
});

test.each(UNSUCCESSFUL_STATUSES)('a watch that ends as %s without a notification is reported', async (status) => {
  await deliver(statusChange(watches, status, [STATES.begin, STATES.poll], { error: 'States.Runtime' }));

  expect(reportsOf()).toEqual(['clx1-1']);
});

describe('a watch whose event was lost', () => {
  const sweep = () => stack.deliverSchedule('rate(1 hour)', awsEnvironment(aws));

  test('is reported within the hour, once', async () => {
    statusChange(watches, 'ABORTED', [STATES.begin, STATES.poll]);

    const [invocation, ...others] = await sweep();
    await sweep();

    expect(invocation).toMatchObject({ exitStatus: 0, stderr: expect.stringContaining('clx1-1') });
    expect(others).toEqual([]);
    expect(reportsOf()).toEqual(['clx1-1']);
  });

  test('is left alone if it has published', async () => {
    statusChange(watches, 'ABORTED', [STATES.poll, STATES.notifySuccess]);

    await sweep();

    expect(reportsOf()).toEqual([]);
  });
});

test('a verdict that was found and not published is reported as what it is', async () => {
  await deliver(statusChange(watches, 'ABORTED', [STATES.poll], { look: FOUND }));

  const [report] = aws.stepFunctions.executionsOf(reports).values();
  expect(JSON.parse(report?.input ?? '')).toEqual({ look: { notification: NOTIFICATIONS.FAILED } });
});

/** What a watch, or the report of one, puts on the bus. */
function finished({ record }: Notification, stateMachineArn = watches): BusEvent {
  const detail = { ...record, executionArn: executionArn(stateMachineArn, 'clx1-1') };
  return { id: 'event', source: 'flightwatch', 'detail-type': 'Deployment Finished', detail };
}

test.each(OUTCOMES)('a watch that ends with %s is measured', async (outcome) => {
  const metrics = metricsOf(await deliver(finished(NOTIFICATIONS[outcome])));

  const [watch, ...forAlarms] = metrics;
  expect(watch).toMatchObject({ service: 'flightwatch', Outcome: outcome });
  expect(Object.keys(watch ?? {})).toContainEqual(
    expect.stringMatching(/^(DeploymentSeconds|WatchesWithoutDuration)$/),
  );
  expect(forAlarms).toEqual(outcome === 'WATCH_FAILED' ? [expect.objectContaining({ WatchesFailed: 1 })] : []);
});

test('a verdict is in the history, and an event that comes twice counts once', async () => {
  const event = finished(NOTIFICATIONS.FAILED);

  const metrics = metricsOf([...(await deliver(event)), ...(await deliver(event))]);

  expect(metrics).toEqual([expect.objectContaining({ Outcome: 'FAILED' })]);
  expect((await listEnvironments(table)).environments).toEqual([
    expect.objectContaining({ last: expect.objectContaining({ outcome: 'FAILED', branch: 'main' }), trend: 'first' }),
  ]);
});

test('an event of another installation on the same bus is left alone', async () => {
  expect(await deliver(finished(NOTIFICATIONS.FAILED, `${watches}-other`))).toEqual([]);
});

test('without history a watch is measured, and there is no table', async () => {
  const forgetful = new DeployedStack({ history: false });

  const invocations = await forgetful.deliver(finished(NOTIFICATIONS.FAILED), awsEnvironment(aws));

  expect(metricsOf(invocations)).toContainEqual(expect.objectContaining({ Outcome: 'FAILED' }));
  expect(forgetful.idsOf('AWS::DynamoDB::Table')).toEqual([]);
  expect(aws.calls).toEqual([]);
});

test('a watch that could not publish counts for the alarm', async () => {
  const event = statusChange(watches, 'FAILED', [STATES.poll], { error: 'NotificationFailed' });

  const metrics = metricsOf(await deliver(event));

  expect(metrics).toEqual([expect.objectContaining({ NotificationsFailed: 1 })]);
});

test.each(UNSUCCESSFUL_STATUSES)('a report that ends as %s counts for the alarm, and is no watch', async (status) => {
  const invocations = await deliver(statusChange(reports, status, [], { error: 'NotificationFailed' }));

  const metrics = metricsOf(invocations);
  expect(metrics).toEqual([expect.objectContaining({ NotificationsFailed: 1 })]);
  expect(reportsOf()).toEqual(['clx1-1']);
});

test('an execution of another state machine is left alone', async () => {
  const other = `${watches}-other`;

  expect(await deliver(statusChange(other, 'ABORTED', [STATES.poll]))).toEqual([]);
});

describe('a poll', () => {
  let api: FlightcontrolServer;

  beforeEach(async () => {
    api = await startFlightcontrolServer(({ deploymentId }) => ({ json: deploymentJson(deploymentId, 'BUILDING') }));
  });
  afterEach(() => api.close());

  test('reads the key from the secret and asks the API that was set', async () => {
    const configured = new DeployedStack({ apiBaseUrl: api.url, pacing: { lingerSeconds: 0 } });
    const [pollFunction = ''] = configured.idsOf('AWS::Lambda::Function').filter((id) => id.includes('PollDeployment'));
    aws.secret = 'fc_key_in_the_secret';

    const { stdout, stderr } = await configured.invoke(pollFunction, pollEvent(configured), awsEnvironment(aws));

    expect(stderr).toBe('');
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      outcome: 'IN_PROGRESS',
      status: 'BUILDING',
    });
    expect(api.requests).toMatchObject([{ authorization: 'fc_key_in_the_secret', deploymentId: 'clx1' }]);
    expect(aws.calls).toEqual(['GetSecretValue']);
  });
});

/** What the definition hands to the function in the first round. */
function pollEvent({ template }: DeployedStack): object {
  const { States } = readDefinition(template) as unknown as {
    States: Record<string, { Parameters: { settings: object } }>;
  };
  const settings = States[STATES.poll]?.Parameters.settings;
  const execution = { arn: 'arn:x', startedAt: new Date().toISOString() };
  return { input: { deploymentId: 'clx1' }, execution, settings, look: null };
}

describe('each state of the definition that publishes', () => {
  const { States } = readDefinition(stack.template) as unknown as {
    States: Record<string, { Resource?: string; Next?: string }>;
  };
  const statesOf = (integration: string) =>
    Object.keys(States).filter((name) => States[name]?.Resource?.endsWith(integration));
  const publishing = statesOf(':sns:publish');

  test('is known as a Notify state, and no other is', () => {
    expect(publishing).toHaveLength(5);
    expect(Object.keys(States).filter(isNotifyState)).toEqual(publishing);
  });

  test('is followed by one that sends the event, and no other is', () => {
    expect(publishing.map((name) => States[name]?.Next)).toEqual(statesOf(':events:putEvents'));
  });

  test.each(publishing)('%s: a watch that was aborted behind it is not reported again', async (state) => {
    await deliver(statusChange(watches, 'ABORTED', [STATES.poll, state]));
    await deliver(statusChange(watches, 'ABORTED', [STATES.poll, state, States[state]?.Next ?? '']));

    expect(reportsOf()).toEqual([]);
  });
});
