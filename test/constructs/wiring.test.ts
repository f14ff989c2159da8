import { ENDED_STATUSES, type EndedStatus, UNSUCCESSFUL_STATUSES } from '../../lib/contract/events';
import { isNotifyState, STATES } from '../../lib/contract/states';
import { readDefinition } from '../../lib/local/definition';
import { deploymentJson, startFlightcontrolServer } from '../../lib/local/flightcontrol-server';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { type BusEvent, DeployedStack, type Invocation } from '../support/deployed-stack';
import { endedExecution, executionArn } from '../support/step-functions';

const stack = new DeployedStack();
const { watches, reports } = stack.stateMachines;
const LOOK = { outcome: 'IN_PROGRESS', status: 'BUILDING', services: [], deployment: null, notification: null };

let aws: AwsServer;

beforeEach(async () => {
  aws = await AwsServer.start();
  aws.stepFunctions.stateMachines = [watches, reports];
});
afterEach(() => aws.close());

async function deliver(event: BusEvent): Promise<Invocation[]> {
  const invocations = await stack.deliver(event, awsEnvironment(aws));
  for (const { exitStatus, stderr } of invocations) expect({ exitStatus, stderr }).toMatchObject({ exitStatus: 0 });
  return invocations;
}

/** The event of an execution that left these states and then ended so. */
function statusChange(
  stateMachineArn: string,
  status: EndedStatus,
  states: readonly string[],
  error?: string,
): BusEvent {
  const execution = endedExecution(states.map((state) => [state, LOOK]));
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

test('an announced deployment starts its watch', async () => {
  const event = { id: 'event', source: 'flightcontrol', 'detail-type': 'Deployment Triggered' };

  await deliver({ ...event, detail: { deploymentId: 'clx1' } });
  await deliver({ ...event, source: 'elsewhere', detail: { deploymentId: 'clx2' } });

  expect([...aws.stepFunctions.executionsOf(watches).keys()]).toEqual(['clx1-1']);
});

test.each(UNSUCCESSFUL_STATUSES)('a watch that ends as %s without a notification is reported', async (status) => {
  await deliver(statusChange(watches, status, [STATES.begin, STATES.poll], 'States.Runtime'));

  expect(reportsOf()).toEqual(['clx1-1']);
});

test.each(ENDED_STATUSES)('a watch that ends as %s is measured', async (status) => {
  const invocations = await deliver(statusChange(watches, status, [STATES.poll]));

  expect(metricsOf(invocations)).toContainEqual(expect.objectContaining({ service: 'flightwatch', Watches: 1 }));
});

test('a report that could not be published is measured, and is no watch', async () => {
  const invocations = await deliver(statusChange(reports, 'FAILED', [], 'NotificationFailed'));

  const metrics = metricsOf(invocations);
  expect(metrics).toEqual([expect.objectContaining({ NotificationsFailed: 1, WatchesFailed: 0 })]);
  expect(reportsOf()).toEqual(['clx1-1']);
});

test('an execution of another state machine is left alone', async () => {
  const other = `${watches}-other`;

  expect(await deliver(statusChange(other, 'ABORTED', [STATES.poll]))).toEqual([]);
});

test('a poll reads the key from the secret and asks the API that were set', async () => {
  const api = await startFlightcontrolServer(({ deploymentId }) => ({
    json: deploymentJson(deploymentId, 'BUILDING'),
  }));
  const configured = new DeployedStack({ apiBaseUrl: api.url, timeoutMinutes: 7, pacing: { lingerSeconds: 0 } });
  const [pollFunction = ''] = configured.idsOf('AWS::Lambda::Function').filter((id) => id.includes('PollDeployment'));
  aws.secret = 'fc_key_in_the_secret';

  const event = { input: { deploymentId: 'clx1' }, execution: { arn: 'arn:x', startedAt: new Date() }, look: null };
  const { stdout, stderr } = await configured.invoke(pollFunction, event, awsEnvironment(aws));

  expect(stderr).toBe('');
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    outcome: 'IN_PROGRESS',
    status: 'BUILDING',
  });
  expect(api.requests).toMatchObject([{ authorization: 'fc_key_in_the_secret', deploymentId: 'clx1' }]);
  expect(aws.calls).toEqual(['GetSecretValue']);
  await api.close();
});

describe('each state of the definition that publishes', () => {
  const { States } = readDefinition(stack.template) as unknown as { States: Record<string, { Resource?: string }> };
  const publishing = Object.keys(States).filter((name) => States[name]?.Resource?.endsWith(':sns:publish'));

  test('is known as a Notify state, and no other is', () => {
    expect(publishing).toHaveLength(5);
    expect(Object.keys(States).filter(isNotifyState)).toEqual(publishing);
  });

  test.each(publishing)('%s: a watch that was aborted behind it is not reported again', async (state) => {
    await deliver(statusChange(watches, 'ABORTED', [STATES.poll, state]));

    expect(reportsOf()).toEqual([]);
  });
});
