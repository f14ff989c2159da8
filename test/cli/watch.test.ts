import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import FakeTimers from '@sinonjs/fake-timers';
import {
  deploymentJson,
  type FlightcontrolServer,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { type CommandOptions, flightwatch } from '../support/command';
import { NOTIFICATIONS } from '../support/notifications';

const KEY = 'fc_CANARY_in_the_secret';
const ESCAPE = '\u001b[';

let statuses: string[];
let api: FlightcontrolServer;
let aws: AwsServer;
let env: Record<string, string>;

beforeEach(async () => {
  statuses = ['SUCCESS'];
  api = await startFlightcontrolServer(({ deploymentId, authorization }) => {
    if (authorization !== KEY) return { status: 401, json: { error: 'Invalid API key' } };
    const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? '';
    const service = {
      name: 'web|api',
      status,
      error: status.endsWith('ERROR') ? [{ BUILD_ERROR: 'npm ERR! 50%' }] : null,
    };
    return { json: deploymentJson(deploymentId, status, [service]) };
  });
  aws = await AwsServer.start(api.url);
  aws.secret = KEY;
  env = awsEnvironment(aws);
});
afterEach(async () => {
  statuses = ['SUCCESS'];
  await aws.close();
  await api.close();
});

function run(args: readonly string[], options: CommandOptions = {}) {
  return flightwatch(args, { ...options, env: { ...env, ...options.env } });
}

function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('watch', () => {
  test.each([
    ['SUCCEEDED', 0, 'SUCCESS'],
    ['SUCCEEDED', 0, 'NO_CHANGE'],
    ['FAILED', 1, 'BUILD_ERROR'],
    ['CANCELLED', 1, 'CANCELLED'],
  ])('%s exits with %d (%s)', async (outcome, exitStatus, status) => {
    statuses = ['INPROGRESS', status];

    const result = await run(['watch', 'clx1']);

    expect(result.exitStatus).toBe(exitStatus);
    expect(result.stdout).toContain('00:00  INPROGRESS  web|api: INPROGRESS\n');
    expect(result.stdout).toMatch(new RegExp(`\n${outcome}: production, main\n$`));
    expect(result.stderr).toBe('');
  });

  test('TIMED_OUT exits with 3', async () => {
    statuses = ['BUILDING'];
    const watching = run(['watch', 'clx1']);
    await executionIs('clx1-1', 'RUNNING');
    const later = FakeTimers.install({ toFake: ['Date'], now: Date.now() + 3 * 60 * 60 * 1000 });

    const { exitStatus, stdout } = await watching.finally(() => later.uninstall());

    expect(exitStatus).toBe(3);
    expect(stdout).toContain('Subject: TIMED_OUT: production, main');
  });

  test('WATCH_FAILED exits with 3 and says what to do', async () => {
    aws.secret = 'fc_CANARY_refused';

    const { exitStatus, stdout } = await run(['watch', 'clx1']);

    expect(exitStatus).toBe(3);
    expect(stdout).toContain('Make a new key in Flightcontrol');
  });

  test('a watch that is aborted exits with 3 and says so', async () => {
    statuses = ['BUILDING'];
    const watching = run(['watch', 'clx1'], {});
    await executionIs('clx1-1', 'RUNNING');
    aws.abort('clx1-1');

    const { exitStatus, stdout } = await watching;

    expect(exitStatus).toBe(3);
    expect(stdout).toMatch(/WATCH_FAILED/);
    expect(stdout).toMatch(/aborted/);
  });

  test('a verdict whose notification could not be published is told here, with a warning', async () => {
    const look = { outcome: 'SUCCEEDED', status: 'SUCCESS', services: [], notification: NOTIFICATIONS.SUCCEEDED };
    const output = JSON.stringify({ look });
    const timestamp = Date.now() / 1000;
    const events = [
      { type: 'ExecutionStarted' },
      { type: 'TaskStateExited', stateExitedEventDetails: { name: 'Poll Deployment', output } },
      { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'NotificationFailed', cause: '{}' } },
    ].map((event, index) => ({ id: index + 1, timestamp, ...event }));
    aws.executions.set('clx1-1', { status: 'RUNNING', input: '{"deploymentId":"clx1"}', events });

    const { exitStatus, stdout, stderr } = await run(['watch', 'clx1']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain('SUCCEEDED: production, main');
    expect(stderr).toContain('The notification could not be published: only this command has told you.');
  });

  test('--json prints a line for each look and the record last, in a pipe and on a terminal', async () => {
    for (const terminal of [false, true]) {
      statuses = ['INPROGRESS', 'SUCCESS'];

      const { stdout } = await run(['watch', `clx${terminal}`, '--json'], { terminal });

      expect(jsonLines(stdout)).toMatchObject([
        { outcome: 'IN_PROGRESS', status: 'INPROGRESS', services: ['web|api: INPROGRESS'] },
        { outcome: 'SUCCEEDED', status: 'SUCCESS' },
        { version: 1, outcome: 'SUCCEEDED', deploymentId: `clx${terminal}` },
      ]);
    }
  });

  test('on a terminal: one live block, in colour', async () => {
    statuses = ['BUILDING', 'BUILDING', 'SUCCESS'];

    const { exitStatus, stdout } = await run(['watch', 'clx1'], { terminal: true, env: { TERM: 'xterm-256color' } });

    expect(exitStatus).toBe(0);
    expect(stdout).toContain(`${ESCAPE}36mBUILDING`);
    // The block is drawn over itself: the cursor goes up, and back to be seen at the end.
    expect(stdout).toContain(`${ESCAPE}1A`);
    expect(stdout).toContain(`${ESCAPE}?25h`);
  });

  test('no colour with NO_COLOR on a terminal, nor in a pipe', async () => {
    const onTerminal = await run(['watch', 'clx1'], { terminal: true, env: { TERM: 'xterm', NO_COLOR: '1' } });
    const inPipe = await run(['watch', 'clx2'], { env: { TERM: 'xterm' } });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours are made of.
    expect(onTerminal.stdout).not.toMatch(/\u001b\[\d+m/);
    expect(inPipe.stdout).not.toContain('\u001b');
  });

  test('interrupted: exits with 130, says that the watch goes on and how to join it', async () => {
    statuses = ['BUILDING'];

    const { exitStatus, stderr } = await run(['watch', 'clx1'], { interruptAfter: /BUILDING/ });

    expect(exitStatus).toBe(130);
    expect(stderr).toContain('the watch goes on in AWS. To join it again: flightwatch watch clx1');
    expect(aws.executions.get('clx1-1')?.status).toBe('RUNNING');
  });

  test('throttling and a dropped connection half-way are waited for', async () => {
    statuses = ['INPROGRESS', 'BUILDING', 'SUCCESS'];
    aws.faults.GetExecutionHistory = [{ status: 400, type: 'ThrottlingException' }, 'drop', 'drop'];

    const { exitStatus } = await run(['watch', 'clx1']);

    expect(exitStatus).toBe(0);
  });

  test('expired credentials half-way exit with 3, and the way back is told', async () => {
    statuses = ['BUILDING'];
    aws.faults.GetExecutionHistory = [{ status: 400, type: 'ExpiredTokenException' }];

    const { exitStatus, stderr } = await run(['watch', 'clx1']);

    expect(exitStatus).toBe(3);
    expect(stderr).toContain('AWS does not take these credentials (ExpiredTokenException');
    expect(stderr).toContain('the watch goes on in AWS. To join it again: flightwatch watch clx1');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('one verdict per deployment', () => {
  test('announced five times at once, it is watched once and all get the verdict', async () => {
    statuses = ['INPROGRESS', 'INPROGRESS', 'BUILD_ERROR'];

    const results = await Promise.all([1, 2, 3, 4, 5].map(() => run(['watch', 'clx1'])));

    expect(results.map(({ exitStatus }) => exitStatus)).toEqual([1, 1, 1, 1, 1]);
    expect([...aws.executions.keys()]).toEqual(['clx1-1']);
  });

  test.each(['start', 'watch'])(
    '%s shows the verdict that is there and exits by it; --again watches once more',
    async (command) => {
      statuses = ['BUILD_ERROR'];
      await run(['watch', 'clx1']);

      const shown = await run([command, 'clx1']);
      const { exitStatus } = await run(['watch', 'clx1', '--again']);

      expect(shown.exitStatus).toBe(1);
      expect(shown.stdout).toContain('clx1 was watched already; --again watches it once more');
      expect(shown.stdout).toContain('Subject: FAILED: production, main');
      expect(exitStatus).toBe(1);
      expect([...aws.executions.keys()]).toEqual(['clx1-1', 'clx1-2']);
    },
  );

  test('a deployment whose watch could not tell is watched afresh', async () => {
    aws.secret = 'fc_CANARY_refused';
    await run(['watch', 'clx1']);
    aws.secret = KEY;

    expect((await run(['watch', 'clx1'])).exitStatus).toBe(0);
    expect([...aws.executions.keys()]).toEqual(['clx1-1', 'clx1-2']);
  });
});

describe('start', () => {
  test('returns at once and says how to follow', async () => {
    statuses = ['BUILDING'];

    const { exitStatus, stdout } = await run(['start', 'clx1', '--timeout-minutes', '7']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain('To follow it: flightwatch watch clx1');
    expect(aws.executions.get('clx1-1')?.input).toBe('{"deploymentId":"clx1","timeoutMinutes":7}');
  });

  test('--json says which execution it is', async () => {
    const { stdout } = await run(['start', 'clx1', '--json']);

    expect(jsonLines(stdout)).toEqual([
      {
        deploymentId: 'clx1',
        executionArn: 'arn:aws:states:us-east-1:123456789012:execution:flightwatch:clx1-1',
        status: 'RUNNING',
      },
    ]);
  });
});

describe('in GitHub Actions', () => {
  const summaryFile = () => join(mkdtempSync(join(tmpdir(), 'flightwatch-')), 'summary.md');

  test('a failure is annotated, and the summary has the services, with nothing that breaks out of the table', async () => {
    statuses = ['BUILD_ERROR'];
    const GITHUB_STEP_SUMMARY = summaryFile();

    const { stderr } = await run(['watch', 'clx1'], { env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY } });

    expect(stderr).toContain('::error title=FAILED%3A production%2C main::web|api: BUILD_ERROR: npm ERR! 50%25\n');
    const summary = readFileSync(GITHUB_STEP_SUMMARY, 'utf8');
    expect(summary).toContain('### FAILED: production, main');
    expect(summary).toContain('| web\\|api | BUILD\\_ERROR | BUILD\\_ERROR: npm ERR! 50% |');
  });

  test('a success is summed up and not annotated; --json keeps standard output for programs', async () => {
    const GITHUB_STEP_SUMMARY = summaryFile();

    const { stdout, stderr } = await run(['watch', 'clx1', '--json'], {
      env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY },
    });

    expect(stderr).toBe('');
    expect(jsonLines(stdout).at(-1)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(readFileSync(GITHUB_STEP_SUMMARY, 'utf8')).toContain('### SUCCEEDED: production, main');
  });
});

describe('what cannot be is said in one sentence', () => {
  const other = 'arn:aws:states:us-east-1:123456789012:stateMachine:flightwatch-';

  test.each<[string, string[], Record<string, string>, string]>([
    ['no credentials', [], { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'No AWS credentials were found'],
    ['no region', [], { AWS_REGION: '' }, 'No AWS region is set: set AWS_REGION, or use --state-machine-arn.'],
    [
      'a wrong ARN',
      ['--state-machine-arn', 'arn:aws:x'],
      {},
      '--state-machine-arn: got "arn:aws:x", expected arn:aws:states:',
    ],
    [
      'a wrong ARN in the environment',
      [],
      { FLIGHTWATCH_STATE_MACHINE_ARN: 'x' },
      'FLIGHTWATCH_STATE_MACHINE_ARN: got "x"',
    ],
    [
      'an endpoint that is not there',
      [],
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      'AWS cannot be reached (Error: connect',
    ],
    ['a state machine that is gone', ['--state-machine-arn', `${other}x`], {}, 'There is no such state machine'],
    [
      '--timeout-minutes 0',
      ['--timeout-minutes', '0'],
      {},
      '--timeout-minutes: got "0", expected a whole number from 1',
    ],
    ['an unknown option', ['--nonsense'], {}, "unknown option '--nonsense'"],
  ])('%s', async (_, args, more, message) => {
    const { exitStatus, stderr, stdout } = await run(['watch', 'clx1', ...args], { env: more });

    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(exitStatus).toBe(2);
    expect(aws.executions.size).toBe(0);
  });

  test.each([
    ['no state machine of that name', [], 'There is no state machine called "flightwatch" in us-east-1'],
    ['two that match', [`${other}a`, `${other}b`], `Several state machines match: ${other}a, ${other}b; name one with`],
  ])('%s', async (_, stateMachines, message) => {
    aws.stateMachines = stateMachines;

    const { exitStatus, stderr } = await run(['watch', 'clx1']);

    expect(exitStatus).toBe(2);
    expect(stderr).toContain(message);
  });

  test('the only state machine whose name begins alike is taken', async () => {
    aws.stateMachines = ['arn:aws:states:us-east-1:123456789012:stateMachine:other', `${other}a`];

    expect((await run(['watch', 'clx1'])).exitStatus).toBe(0);
  });

  test('no permission to start', async () => {
    aws.faults.StartExecution = [{ status: 400, type: 'AccessDeniedException', message: 'no states:StartExecution' }];

    const { exitStatus, stderr } = await run(['start', 'clx1']);

    expect(exitStatus).toBe(2);
    expect(stderr).toContain('AWS does not allow this (AccessDeniedException: no states:StartExecution): use a role');
  });

  test('--debug shows the stack trace', async () => {
    const { stderr } = await run(['--debug', 'watch', 'a/b']).catch((error: Error) => ({ stderr: error.message }));

    expect(stderr).toMatch(/ {4}at /);
  });
});

async function executionIs(name: string, status: string): Promise<void> {
  while (aws.executions.get(name)?.status !== status) await new Promise(setImmediate);
}
