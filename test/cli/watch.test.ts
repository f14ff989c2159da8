import FakeTimers from '@sinonjs/fake-timers';
import { STATES } from '../../lib/contract/states';
import { parseJsonLines } from '../support/command';
import { NOTIFICATIONS } from '../support/notifications';
import { AwsWorld } from './aws-world';

const ESCAPE = '\u001b[';

let world: AwsWorld;

beforeEach(async () => {
  world = await AwsWorld.start();
});
afterEach(() => world.close());

describe('watch', () => {
  test.each([
    ['SUCCEEDED', 0, 'SUCCESS'],
    ['SUCCEEDED', 0, 'NO_CHANGE'],
    ['FAILED', 1, 'BUILD_ERROR'],
    ['CANCELLED', 1, 'CANCELLED'],
  ])('%s exits with %d (%s)', async (outcome, exitStatus, status) => {
    world.statuses = ['INPROGRESS', status];

    const result = await world.run(['watch', 'clx1']);

    expect(result.exitStatus).toBe(exitStatus);
    expect(result.stdout).toContain('00:00  INPROGRESS  web|api: INPROGRESS\n');
    expect(result.stdout).toMatch(new RegExp(`\n${outcome}: production, main\n$`));
    expect(result.stderr).toBe('');
  });

  test('TIMED_OUT exits with 3', async () => {
    world.statuses = ['BUILDING'];
    const watching = world.run(['watch', 'clx1']);
    await world.waitForExecution('clx1-1', 'RUNNING');
    const later = FakeTimers.install({ toFake: ['Date'], now: Date.now() + 3 * 60 * 60 * 1000 });

    const { exitStatus, stdout } = await watching.finally(() => later.uninstall());

    expect(exitStatus).toBe(3);
    expect(stdout).toContain('Subject: TIMED_OUT: production, main');
  });

  test('WATCH_FAILED exits with 3 and says what to do', async () => {
    world.aws.secret = 'fc_CANARY_refused';

    const { exitStatus, stdout } = await world.run(['watch', 'clx1']);

    expect(exitStatus).toBe(3);
    expect(stdout).toContain('Create a new key in Flightcontrol');
  });

  test('an aborted watch exits with 3 and says that it was aborted', async () => {
    world.statuses = ['BUILDING'];
    const watching = world.run(['watch', 'clx1']);
    await world.waitForExecution('clx1-1', 'RUNNING');
    world.aws.abort('clx1-1');

    const { exitStatus, stdout } = await watching;

    expect(exitStatus).toBe(3);
    expect(stdout).toMatch(/WATCH_FAILED/);
    expect(stdout).toMatch(/aborted/);
  });

  test('a verdict whose notification could not be published is shown, with a warning', async () => {
    const look = { outcome: 'SUCCEEDED', status: 'SUCCESS', services: [], notification: NOTIFICATIONS.SUCCEEDED };
    world.serveExecution([
      { type: 'ExecutionStarted' },
      leave(STATES.poll, { look }),
      { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'NotificationFailed', cause: '{}' } },
    ]);

    const { exitStatus, stdout, stderr } = await world.run(['watch', 'clx1']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain('SUCCEEDED: production, main');
    expect(stderr).toContain('The notification could not be published, so no subscriber has received it.');
  });

  test('--json prints a line for each look and the record last, in a pipe and on a terminal', async () => {
    for (const terminal of [false, true]) {
      world.statuses = ['INPROGRESS', 'SUCCESS'];

      const { stdout } = await world.run(['watch', `clx${terminal}`, '--json'], { terminal });

      expect(parseJsonLines(stdout)).toMatchObject([
        { outcome: 'IN_PROGRESS', status: 'INPROGRESS', services: ['web|api: INPROGRESS'] },
        { outcome: 'SUCCEEDED', status: 'SUCCESS' },
        { version: 1, outcome: 'SUCCEEDED', deploymentId: `clx${terminal}` },
      ]);
    }
  });

  test('how much is usually left is read from the watch, without a call to the history table', async () => {
    const deployment = { environment: {}, repository: {}, createdAt: new Date(Date.now() - 100_000).toISOString() };
    const seen = { outcome: 'IN_PROGRESS', status: 'BUILDING', services: [], reason: 'BUILDING', deployment };
    world.serveExecution([
      { type: 'ExecutionStarted' },
      leave(STATES.poll, { look: { ...seen, usualSeconds: 340 } }),
      leave(STATES.poll, { look: { ...seen, outcome: 'SUCCEEDED', notification: NOTIFICATIONS.SUCCEEDED } }),
      { type: 'ExecutionSucceeded' },
    ]);

    const { stdout } = await world.run(['watch', 'clx1']);

    expect(stdout).toMatch(/^00:00 {2}BUILDING {2}usually 4 min more$/m);
    expect(world.aws.calls).not.toContain('Query');
  });

  test('--json prints the look that explains a failure, and no look twice', async () => {
    const seen = { outcome: 'IN_PROGRESS', status: 'BUILDING', services: [], reason: 'BUILDING', notification: null };
    const explained = { ...seen, outcome: 'WATCH_FAILED', notification: NOTIFICATIONS.WATCH_FAILED };
    const failure = { Error: 'TypeError', Cause: 'x is not a function' };
    world.serveExecution([
      { type: 'ExecutionStarted' },
      leave(STATES.poll, { look: seen }),
      leave(STATES.poll, { look: seen, failure }),
      leave(STATES.explainFailure, { look: explained, failure }),
      { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'WatchFailed', cause: 'given up' } },
    ]);

    const { exitStatus, stdout } = await world.run(['watch', 'clx1', '--json']);

    expect(exitStatus).toBe(3);
    expect(parseJsonLines(stdout)).toMatchObject([
      { outcome: 'IN_PROGRESS', status: 'BUILDING' },
      { outcome: 'WATCH_FAILED', status: 'BUILDING' },
      { version: 1, outcome: 'WATCH_FAILED' },
    ]);
  });

  test('a terminal shows one live block, in colour', async () => {
    world.statuses = ['BUILDING', 'BUILDING', 'SUCCESS'];
    const env = { TERM: 'xterm-256color' };

    const { exitStatus, stdout } = await world.run(['watch', 'clx1'], { terminal: true, env });

    expect(exitStatus).toBe(0);
    expect(stdout).toContain(`${ESCAPE}36mBUILDING`);
    // To draw over the block, the cursor moves up. It is shown again at the end.
    expect(stdout).toContain(`${ESCAPE}1A`);
    expect(stdout).toContain(`${ESCAPE}?25h`);
  });

  test('there is no colour with NO_COLOR on a terminal, nor in a pipe, also of a CI job', async () => {
    const onTerminal = await world.run(['watch', 'clx1'], { terminal: true, env: { TERM: 'xterm', NO_COLOR: '1' } });
    const inPipe = await world.run(['watch', 'clx2'], { env: { TERM: 'xterm' } });
    const inCi = await world.run(['watch', 'clx3'], { env: { TERM: 'xterm', CI: 'true', FORCE_COLOR: '1' } });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that set colours.
    expect(onTerminal.stdout).not.toMatch(/\u001b\[\d+m/);
    expect(inPipe.stdout).not.toContain('\u001b');
    expect(inCi.stdout).not.toContain('\u001b');
  });

  test('a dumb terminal, which cannot move its cursor, gets lines', async () => {
    const { stdout } = await world.run(['watch', 'clx1'], { terminal: true, env: { TERM: 'dumb' } });

    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('SUCCEEDED  web|api: SUCCESS');
  });

  test('an interrupt exits with 130 and says that the watch continues and how to join it', async () => {
    world.statuses = ['BUILDING'];

    const { exitStatus, stderr } = await world.run(['watch', 'clx1'], { interruptAfter: /BUILDING/ });

    expect(exitStatus).toBe(130);
    expect(stderr).toContain('The watch continues in AWS. To join it again: node dist/bin/flightwatch.js watch clx1');
    expect(world.aws.executions.get('clx1-1')?.status).toBe('RUNNING');
  });

  test('a pasted address of the dashboard stands for the id that it holds', async () => {
    const address = 'https://app.flightcontrol.dev/org/clorg1/environments/clenv1/deployments/clx1?tab=logs';

    const { exitStatus } = await world.run(['watch', address]);

    expect(exitStatus).toBe(0);
    expect([...world.aws.executions.keys()]).toEqual(['clx1-1']);
  });

  test('throttling and a dropped connection do not end the command', async () => {
    world.statuses = ['INPROGRESS', 'BUILDING', 'SUCCESS'];
    world.aws.faults.GetExecutionHistory = [{ status: 400, type: 'ThrottlingException' }, 'drop', 'drop'];

    const { exitStatus } = await world.run(['watch', 'clx1']);

    expect(exitStatus).toBe(0);
  });

  test('credentials that expire during the watch exit with 3 and say how to join it again', async () => {
    world.statuses = ['BUILDING'];
    world.aws.faults.GetExecutionHistory = [{ status: 400, type: 'ExpiredTokenException' }];

    const { exitStatus, stderr } = await world.run(['watch', 'clx1']);

    expect(exitStatus).toBe(3);
    expect(stderr).toContain('AWS rejected these credentials (ExpiredTokenException');
    expect(stderr).toContain('The watch continues in AWS. To join it again: node dist/bin/flightwatch.js watch clx1');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('--timeout-minutes', () => {
  test('has no effect on a watch that is running with another limit, which is said', async () => {
    world.statuses = ['BUILDING'];
    await world.run(['start', 'clx1', '--timeout-minutes', '90']);

    const { exitStatus, stderr } = await world.run(['start', 'clx1', '--timeout-minutes', '7', '--json']);

    expect(stderr).toBe('--timeout-minutes has no effect: the watch was started before, with a limit of 90 minutes.\n');
    expect(exitStatus).toBe(0);
  });

  test('has no effect on a running watch that was started without it, which is said', async () => {
    world.statuses = ['BUILDING'];
    await world.run(['start', 'clx1']);

    const { stderr } = await world.run(['start', 'clx1', '--timeout-minutes', '7']);

    expect(stderr).toBe('--timeout-minutes has no effect: the watch was started before, with its own limit.\n');
  });

  test('has no effect on a verdict, which is said', async () => {
    await world.run(['watch', 'clx1']);

    const { exitStatus, stderr } = await world.run(['watch', 'clx1', '--timeout-minutes', '7']);

    expect(stderr).toBe('--timeout-minutes has no effect: the deployment already has a verdict.\n');
    expect(exitStatus).toBe(0);
  });

  test('nothing is said if this command starts the watch, or the running one has the same limit', async () => {
    world.statuses = ['BUILDING'];
    const first = await world.run(['start', 'clx1', '--timeout-minutes', '7']);
    const second = await world.run(['start', 'clx1', '--timeout-minutes', '7']);

    expect([first.stderr, second.stderr]).toEqual(['', '']);
  });

  test('nothing is said if the running watch cannot be described', async () => {
    world.aws.faults.DescribeExecution = Array(9).fill({ status: 400, type: 'ExecutionDoesNotExist' });

    const { exitStatus, stderr } = await world.run(['start', 'clx1', '--timeout-minutes', '7']);

    expect([exitStatus, stderr]).toEqual([0, '']);
  });

  test('without it, no further call is made', async () => {
    await world.run(['start', 'clx1']);
    const calls = world.aws.calls.filter((call) => call === 'DescribeExecution').length;
    await world.run(['start', 'clx2', '--timeout-minutes', '7']);

    expect(world.aws.calls.filter((call) => call === 'DescribeExecution')).toHaveLength(2 * calls + 1);
  });
});

describe('start', () => {
  test('returns at once and says how to follow the watch', async () => {
    world.statuses = ['BUILDING'];

    const { exitStatus, stdout } = await world.run(['start', 'clx1', '--timeout-minutes', '7']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain('To follow it: node dist/bin/flightwatch.js watch clx1');
    expect(world.aws.executions.get('clx1-1')?.input).toBe('{"deploymentId":"clx1","timeoutMinutes":7}');
  });

  test('exits with 0 even if nobody reads standard output', async () => {
    const { exitStatus } = await world.run(['start', 'clx1'], { unread: true });

    expect(exitStatus).toBe(0);
    expect([...world.aws.executions.keys()]).toEqual(['clx1-1']);
  });

  test('--json prints the ARN of the execution', async () => {
    const { stdout } = await world.run(['start', 'clx1', '--json']);

    expect(parseJsonLines(stdout)).toEqual([
      {
        deploymentId: 'clx1',
        executionArn: 'arn:aws:states:us-east-1:123456789012:execution:flightwatch:clx1-1',
        status: 'RUNNING',
      },
    ]);
  });
});

/** The event of a state that was left, and what it passed on. */
function leave(name: string, output: object): object {
  return { type: 'TaskStateExited', stateExitedEventDetails: { name, output: JSON.stringify(output) } };
}
