import {
  deploymentJson,
  type FlightcontrolServer,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer } from '../support/aws-server';
import { type CommandOptions, flightwatch, parseJsonLines } from '../support/command';
import { HookServer, respond, succeed } from '../support/hook-server';
import { STATE_MACHINE_ARN, stateMachineArn } from '../support/step-functions';

const KEY = 'fc_CANARY_of_trigger';

let api: FlightcontrolServer;
let aws: AwsServer;
let hook: HookServer;
let status: string;

beforeEach(async () => {
  status = 'SUCCESS';
  api = await startFlightcontrolServer(({ deploymentId }) => ({ json: deploymentJson(deploymentId, status) }));
  aws = await AwsServer.start(api.url);
  aws.secret = KEY;
  hook = await HookServer.start();
});
afterEach(async () => {
  await aws.close();
  await Promise.all([api.close(), hook.close()]);
});

function trigger(args: readonly string[] = [], { env = {}, ...options }: CommandOptions = {}) {
  const environment = { ...awsEnvironment(aws), FLIGHTCONTROL_DEPLOY_HOOK_URL: hook.url, ...env };
  return flightwatch(['trigger', ...args], { ...options, env: environment });
}

test.each([true, 'true'])('the hook is called once, and its deployment is watched (success %j)', async (success) => {
  hook.answer = succeed({ success, deploymentId: 'clx1' });

  const { exitStatus, stdout } = await trigger();

  expect(exitStatus).toBe(0);
  expect(stdout).toContain('Deployment clx1 was triggered.\n');
  expect(stdout).toContain('SUCCEEDED: production, main');
  expect(hook.calls).toEqual(['/api/deploy-hook/clenv1/CANARY_hook_secret']);
});

test('--branch, --commit and --force are passed to the hook', async () => {
  await trigger(['--branch', 'feat/a b', '--commit', '01e573f', '--force', '--no-wait']);

  expect(hook.calls).toEqual([
    '/api/deploy-hook/clenv1/CANARY_hook_secret?branch=feat%2Fa+b&commit=01e573f&force=true',
  ]);
});

test('--pull-request and --commit become segments of the hook of a preview environment', async () => {
  const { exitStatus } = await trigger(['--pull-request', '17', '--commit', '01E573F', '--force', '--no-wait']);

  expect(exitStatus).toBe(0);
  expect(hook.calls).toEqual(['/api/deploy-hook/clenv1/CANARY_hook_secret/17/01E573F?force=true']);
});

test.each([false, true])('the URL is read from standard input (on a terminal: %j)', async (terminal) => {
  const options = { terminal, stdin: `${hook.url}\n`, env: { FLIGHTCONTROL_DEPLOY_HOOK_URL: '' } };

  const { exitStatus } = await trigger(['--hook-url-stdin', '--no-wait'], options);

  expect(exitStatus).toBe(0);
  expect(hook.calls).toHaveLength(1);
});

test('--no-wait starts the watch and returns at once', async () => {
  const { exitStatus, stdout } = await trigger(['--no-wait', '--json']);

  expect(exitStatus).toBe(0);
  expect(parseJsonLines(stdout)).toEqual([
    { deploymentId: 'clx1', status: 'TRIGGERED' },
    { deploymentId: 'clx1', executionArn: expect.stringMatching(/:clx1-1$/), status: 'RUNNING' },
  ]);
});

test('--local watches on this machine, with no execution in AWS', async () => {
  const { exitStatus, stdout } = await trigger(['--local', '--api-base-url', api.url], {
    env: { FLIGHTCONTROL_API_KEY: KEY },
  });

  expect(exitStatus).toBe(0);
  expect(stdout).toContain('Subject: SUCCEEDED: production, main');
  expect(aws.executions.size).toBe(0);
});

test('--local with an address whose host does not exist exits with 2 before the hook is called', async () => {
  // A label of 64 characters: there is no such host, which is known without asking the network.
  const host = `${'a'.repeat(64)}.invalid`;

  const { exitStatus, stderr } = await trigger(['--local', '--api-base-url', `https://${host}/v1`], {
    env: { FLIGHTCONTROL_API_KEY: KEY },
  });

  expect(stderr).toBe(`The host ${host} of the API does not exist: check --api-base-url and the network.\n`);
  expect(exitStatus).toBe(2);
  expect(hook.calls).toEqual([]);
});

test('a watch that cannot be started after the trigger exits with 3, with the id and the command to watch it', async () => {
  aws.faults.StartExecution = [{ status: 400, type: 'AccessDeniedException' }];

  const { exitStatus, stderr } = await trigger();

  expect(exitStatus).toBe(3);
  expect(stderr).toContain('Deployment clx1 was triggered, but its watch could not be started. AWS denied this call');
  expect(stderr).toContain('To watch it: node dist/bin/flightwatch.js watch clx1\n');
});

test('a hook that cannot be reached was not called: the command exits with 2 and says so', async () => {
  await hook.close();

  const { exitStatus, stderr } = await trigger();

  expect(exitStatus).toBe(2);
  expect(stderr).toBe(
    'The deploy hook could not be reached (ECONNREFUSED); nothing was started. Check its URL and the network.\n',
  );
});

describe('nobody reads standard output', () => {
  test.each<[string, string[], number]>([
    ['the watch is started, and followed to the verdict', [], 0],
    ['with --json', ['--json'], 0],
    ['with --no-wait', ['--no-wait'], 0],
  ])('%s', async (_, args, expected) => {
    const { exitStatus, stderr } = await trigger(args, { unread: true });

    expect([...aws.executions.keys()]).toEqual(['clx1-1']);
    expect(stderr).toBe('');
    expect(exitStatus).toBe(expected);
  });

  test('the exit status is still that of the deployment', async () => {
    status = 'BUILD_ERROR';

    expect((await trigger([], { unread: true })).exitStatus).toBe(1);
  });
});

describe('the state machine is looked for before the hook is called', () => {
  const missing = ['--state-machine-arn', stateMachineArn('flightwatch-x')];

  test('one that does not exist exits with 2', async () => {
    const { exitStatus, stderr } = await trigger(missing);

    expect(exitStatus).toBe(2);
    expect(stderr).toContain('The state machine does not exist');
    expect(hook.calls).toEqual([]);
  });

  test('one that does not exist, in the environment, exits with 2', async () => {
    const { exitStatus } = await trigger([], { env: { FLIGHTWATCH_STATE_MACHINE_ARN: stateMachineArn('other') } });

    expect(exitStatus).toBe(2);
    expect(hook.calls).toEqual([]);
  });

  test('without the permission to look, a warning is printed and the hook is called', async () => {
    aws.faults.DescribeStateMachine = [{ status: 400, type: 'AccessDeniedException', message: 'not allowed' }];

    const { exitStatus, stderr } = await trigger(['--state-machine-arn', STATE_MACHINE_ARN]);

    expect(exitStatus).toBe(0);
    expect(stderr).toBe(
      `Without states:DescribeStateMachine it is not known whether ${STATE_MACHINE_ARN} exists (not allowed).\n`,
    );
    expect(hook.calls).toHaveLength(1);
  });

  test('credentials that have expired exit with 2', async () => {
    aws.faults.DescribeStateMachine = [{ status: 400, type: 'ExpiredTokenException' }];

    const { exitStatus, stderr } = await trigger(['--state-machine-arn', STATE_MACHINE_ARN]);

    expect(exitStatus).toBe(2);
    expect(stderr).toContain('AWS rejected these credentials');
    expect(hook.calls).toEqual([]);
  });

  test('one that was found by name is not looked for again', async () => {
    await trigger();

    expect(aws.calls).not.toContain('DescribeStateMachine');
  });
});

test('the command to watch it names the state machine that was given', async () => {
  aws.faults.StartExecution = [{ status: 400, type: 'AccessDeniedException' }];

  const { stderr } = await trigger(['--state-machine-arn', STATE_MACHINE_ARN]);

  expect(stderr).toContain(
    `To watch it: node dist/bin/flightwatch.js watch clx1 --state-machine-arn ${STATE_MACHINE_ARN}`,
  );
});

describe('a hook that starts no deployment, or may have started one, ends the command', () => {
  test.each<[string, HookServer['answer'], number, string]>([
    [
      '404',
      respond(404, '{"error":"not found CANARY"}'),
      2,
      'The deploy hook answered 404, expected 200; check its URL',
    ],
    [
      'HTML',
      respond(200, '<html>CANARY</html>'),
      3,
      'answered 200 with a body that is too large or not JSON; a deployment may have been started all the same',
    ],
    ['an object without an id', succeed({ ok: 'CANARY' }), 3, 'answered 200 without a usable deploymentId'],
    ['421', respond(421, ''), 2, 'The deploy hook answered 421'],
    ['429', respond(429, ''), 2, 'answered 429; nothing was started; wait a minute, then call it again'],
    ['408 of a proxy', respond(408, ''), 3, 'answered 408; a deployment may have been started all the same'],
    ['success: false', succeed({ success: false, error: 'CANARY' }), 2, 'answered 200 without success'],
    ['a redirect', respond(302, ''), 2, 'The deploy hook answered 302'],
    ['success without an id', succeed({ success: true }), 3, 'without a usable deploymentId; a deployment may have'],
    ['an id with a slash', succeed({ success: true, deploymentId: 'CANARY/b' }), 3, 'without a usable deploymentId'],
    ['500', respond(500, 'CANARY'), 3, 'a deployment may have been started all the same'],
    [
      'a cut connection',
      (_, request) => request.socket.destroy(),
      3,
      'a deployment may have been started all the same',
    ],
  ])('%s', async (_, answer, exitStatus, message) => {
    hook.answer = answer;

    const result = await trigger();

    expect(result.stderr).toContain(message);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(result.exitStatus).toBe(exitStatus);
    expect(hook.calls).toHaveLength(1);
    expect(aws.executions.size).toBe(0);
  });
});

describe('wrong usage is reported before the hook is called', () => {
  test.each<[string, string[], Record<string, string>, string]>([
    [
      'no URL',
      [],
      { FLIGHTCONTROL_DEPLOY_HOOK_URL: '' },
      'The URL of the deploy hook (FLIGHTCONTROL_DEPLOY_HOOK_URL): got nothing',
    ],
    ['no URL at all', [], { FLIGHTCONTROL_DEPLOY_HOOK_URL: 'CANARY' }, 'got text that is no URL'],
    ['http', [], { FLIGHTCONTROL_DEPLOY_HOOK_URL: 'http://example.com/CANARY' }, 'got a URL that is not https'],
    ['credentials in it', [], { FLIGHTCONTROL_DEPLOY_HOOK_URL: 'https://CANARY:x@example.com/' }, 'with a user name'],
    ['a commit without a branch', ['--commit', '01e573f'], {}, '--commit needs --branch'],
    ['an empty branch', ['--branch', ''], {}, '--branch: got nothing'],
    ['a pull request without a commit', ['--pull-request', '17'], {}, '--pull-request needs --commit'],
    [
      'a pull request and a branch',
      ['--pull-request', '17', '--commit', '01e573f', '--branch', 'main'],
      {},
      '--pull-request cannot be used with --branch',
    ],
    ...['0', '-1', '+1', '1.5', '017', 'CANARY_hook_secret', '12345678901', '1e3', ' 17', '1/2', ''].map(
      (number): [string, string[], Record<string, string>, string] => [
        `the pull request "${number}"`,
        [`--pull-request=${number}`, '--commit', '01e573f'],
        {},
        '--pull-request: got',
      ],
    ),
    ...['main', '01e573', '01e573g', `${'a'.repeat(65)}`, '..', '01e573f/x'].map(
      (commit): [string, string[], Record<string, string>, string] => [
        `the commit "${commit}" for a pull request`,
        ['--pull-request', '17', '--commit', commit],
        {},
        'expected 7 to 64 hexadecimal digits for a pull request.',
      ],
    ),
    ['--local and --again', ['--local', '--again'], {}, '--again is only for watches in AWS'],
    ['--local without a key', ['--local'], {}, 'FLIGHTCONTROL_API_KEY is empty'],
    ['no credentials', [], { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'No AWS credentials were found'],
    ['a wrong ARN', ['--state-machine-arn', 'x'], {}, '--state-machine-arn: got "x"'],
    ['--timeout-minutes 1441', ['--timeout-minutes', '1441'], {}, '--timeout-minutes: got "1441"'],
  ])('%s', async (_, args, env, message) => {
    const { exitStatus, stderr } = await trigger(args, { env });

    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(exitStatus).toBe(2);
    expect(hook.calls).toEqual([]);
  });
});

test('a complete URL of a preview environment with --pull-request is refused, and not shown', async () => {
  const env = { FLIGHTCONTROL_DEPLOY_HOOK_URL: `${hook.url}/17/01e573f` };

  const { exitStatus, stderr } = await trigger(['--pull-request', '17', '--commit', '01e573f'], { env });

  expect(stderr).toContain('The URL of the deploy hook (FLIGHTCONTROL_DEPLOY_HOOK_URL): got a URL that goes on after');
  expect(exitStatus).toBe(2);
  expect(hook.calls).toEqual([]);
});
