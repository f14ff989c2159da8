import { SFNClient } from '@aws-sdk/client-sfn';
import fc from 'fast-check';
import { startWatch } from '../../lib/aws/start-watch';
import { executionName } from '../../lib/contract/execution-name';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { type Execution, executionArn, STATE_MACHINE_ARN } from '../support/step-functions';

let aws: AwsServer;
let client: SFNClient;

beforeEach(async () => {
  aws = await AwsServer.start();
  Object.assign(process.env, awsEnvironment(aws));
  client = new SFNClient();
});
afterEach(() => aws.close());

function announce({ again = false, ...more }: { again?: boolean; timeoutMinutes?: number } = {}) {
  return startWatch(client, STATE_MACHINE_ARN, { deploymentId: 'clx1', ...more }, { again });
}

function arnOf(name: string): string {
  return executionArn(STATE_MACHINE_ARN, name);
}

function end(name: string, result: Partial<Execution>): void {
  Object.assign(aws.executions.get(name) ?? {}, result);
}

test('a deployment that is announced for the first time is watched', async () => {
  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1') });
  expect(aws.executions.get('clx1-1')?.input).toBe('{"deploymentId":"clx1"}');
});

test('a deployment that is announced five times at once is watched once', async () => {
  const watches = await Promise.all([announce(), announce({ timeoutMinutes: 5 }), announce(), announce(), announce()]);

  expect(new Set(watches.map(({ executionArn }) => executionArn))).toEqual(new Set([arnOf('clx1-1')]));
  expect(aws.executions.size).toBe(1);
});

test.each([
  ['SUCCEEDED', { status: 'SUCCEEDED' }],
  ['FAILED', { status: 'FAILED', error: 'DeploymentFailed' }],
  ['CANCELLED', { status: 'FAILED', error: 'DeploymentCancelled' }],
])('the verdict %s is shown and the deployment is not watched again, unless asked to', async (verdict, result) => {
  await announce();
  end('clx1-1', result);

  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1'), verdict });
  expect(aws.executions.size).toBe(1);

  expect(await announce({ again: true })).toEqual({ executionArn: arnOf('clx1-2') });
  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1'), verdict });
});

test.each([
  ['timed out', { status: 'FAILED', error: 'WatchTimedOut' }],
  ['failed', { status: 'FAILED', error: 'WatchFailed' }],
  ['could not publish', { status: 'FAILED', error: 'NotificationFailed' }],
  ['was aborted', { status: 'ABORTED' }],
  ['hit the backstop', { status: 'TIMED_OUT' }],
  ['broke', { status: 'FAILED', error: 'States.Runtime' }],
])('a deployment whose watch %s is watched afresh', async (_, result) => {
  await announce();
  end('clx1-1', result);

  expect(await announce()).toEqual({ executionArn: arnOf('clx1-2') });
  expect(await announce()).toEqual({ executionArn: arnOf('clx1-2') });
});

test('names are valid, and no two deployments share one', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  const attempt = fc.integer({ min: 1, max: 99_999 });

  fc.assert(
    fc.property(id, attempt, id, attempt, (oneId, one, otherId, other) => {
      expect(executionName(oneId, one)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
      expect(executionName(oneId, one) === executionName(otherId, other)).toBe(oneId === otherId && one === other);
    }),
  );
  expect(executionName('clx1-2', 1)).not.toBe(executionName('clx1', 2));
});
