import { handler } from '../../lambda/measure-watch';
import { measureEnvironment } from '../../lib/contract/environment';
import { STATES } from '../../lib/contract/states';
import type { Look } from '../../lib/watch/look';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { endedExecution, executionArn, STATE_MACHINE_ARN as WATCHES } from '../support/step-functions';

let aws: AwsServer;

beforeAll(async () => {
  aws = await AwsServer.start();
  Object.assign(process.env, awsEnvironment(aws), measureEnvironment.encode({ stateMachineName: 'flightwatch' }), {
    // Otherwise the library does not write to the console that the test spies on.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
  });
});
afterAll(() => aws.close());

async function measure(look: Partial<Look> | null, error: string | null, stateMachineArn = WATCHES) {
  const written: Record<string, unknown>[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => {
    written.push(JSON.parse(line) as Record<string, unknown>);
  });
  aws.stepFunctions.executionsOf(stateMachineArn).set('clx1-1', endedExecution([[STATES.poll, look]]));
  const arn = executionArn(stateMachineArn, 'clx1-1');
  const detail = { executionArn: arn, stateMachineArn, name: 'clx1-1', status: 'FAILED', startDate: 0, error };
  await handler({ detail });
  return written.map(({ _aws, ...values }) => values);
}

afterEach(() => jest.restoreAllMocks());

function ended(outcome: string): Partial<Look> {
  const record = { outcome, environment: { givenId: 'production' }, durationSeconds: 372 };
  return { notification: { record } } as unknown as Partial<Look>;
}

test('a watch is counted by environment and outcome, with how long the deployment took', async () => {
  expect(await measure(ended('FAILED'), 'DeploymentFailed')).toEqual([
    { service: 'flightwatch', Environment: 'production', Outcome: 'FAILED', Watches: 1, DeploymentSeconds: 372 },
    { service: 'flightwatch', WatchesFailed: 0, NotificationsFailed: 0 },
  ]);
});

test('failed watches, aborted watches and failed notifications count for the alarms', async () => {
  const failures = { service: 'flightwatch', WatchesFailed: 1, NotificationsFailed: 0 };

  expect((await measure(ended('WATCH_FAILED'), 'WatchFailed')).at(-1)).toEqual(failures);
  expect((await measure(null, null)).at(-1)).toEqual(failures);
  expect((await measure(ended('SUCCEEDED'), 'NotificationFailed')).at(-1)).toEqual({
    service: 'flightwatch',
    WatchesFailed: 0,
    NotificationsFailed: 1,
  });
});

test('a report does not count as a watch, but counts if it could not be published', async () => {
  expect(await measure(ended('WATCH_FAILED'), 'NotificationFailed', `${WATCHES}-reports`)).toEqual([
    { service: 'flightwatch', WatchesFailed: 0, NotificationsFailed: 1 },
  ]);
});
