import { SFNClient } from '@aws-sdk/client-sfn';
import fc from 'fast-check';
import { startWatch } from '../../lib/aws/start-watch';
import { executionName } from '../../lib/contract/execution-name';
import { arnOf, type Execution, STATE_MACHINE_ARN, serveExecutions } from '../support/executions';

let executions: Map<string, Execution>;

beforeEach(() => {
  executions = serveExecutions();
});

function announce(options?: { again?: boolean; timeoutMinutes?: number }) {
  const { again = false, ...more } = options ?? {};
  const client = new SFNClient({ region: 'eu-west-1' });
  return startWatch(client, STATE_MACHINE_ARN, { deploymentId: 'clx1', ...more }, { again });
}

function close(name: string, end: Partial<Execution>): void {
  Object.assign(executions.get(name) ?? {}, end);
}

test('a deployment that is announced for the first time is watched', async () => {
  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1') });
  expect(executions.get('clx1-1')?.input).toBe('{"deploymentId":"clx1"}');
});

test('announced five times at once, it is watched once', async () => {
  const watches = await Promise.all([announce(), announce({ timeoutMinutes: 5 }), announce(), announce(), announce()]);

  expect(new Set(watches.map(({ executionArn }) => executionArn))).toEqual(new Set([arnOf('clx1-1')]));
  expect(executions.size).toBe(1);
});

test.each([
  ['SUCCEEDED', { status: 'SUCCEEDED' }],
  ['FAILED', { status: 'FAILED', error: 'DeploymentFailed' }],
  ['CANCELLED', { status: 'FAILED', error: 'DeploymentCancelled' }],
])('the verdict %s is shown and the deployment not watched again, save when asked to', async (verdict, end) => {
  await announce();
  close('clx1-1', end);

  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1'), verdict });
  expect(executions.size).toBe(1);

  expect(await announce({ again: true })).toEqual({ executionArn: arnOf('clx1-2') });
  expect(await announce()).toEqual({ executionArn: arnOf('clx1-1'), verdict });
});

test.each([
  ['timed out', { status: 'FAILED', error: 'WatchTimedOut' }],
  ['failed', { status: 'FAILED', error: 'WatchFailed' }],
  ['told nobody', { status: 'FAILED', error: 'NotificationFailed' }],
  ['was aborted', { status: 'ABORTED' }],
  ['hit the backstop', { status: 'TIMED_OUT' }],
  ['broke', { status: 'FAILED', error: 'States.Runtime' }],
])('a deployment whose watch %s is watched afresh', async (_, end) => {
  await announce();
  close('clx1-1', end);

  expect(await announce()).toEqual({ executionArn: arnOf('clx1-2') });
  expect(await announce()).toEqual({ executionArn: arnOf('clx1-2') });
});

test('names are legal, and no two deployments share one', () => {
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
