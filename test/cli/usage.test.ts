import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateMachineArn } from '../support/step-functions';
import { AwsWorld } from './aws-world';

let world: AwsWorld;

beforeEach(async () => {
  world = await AwsWorld.start();
});
afterEach(() => world.close());

test.each<[string, string[], Record<string, string>, string]>([
  ['no credentials', [], { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'No AWS credentials were found'],
  [
    'no region',
    [],
    { AWS_REGION: '' },
    'No AWS region is set: set AWS_REGION or AWS_DEFAULT_REGION, or use --state-machine-arn.',
  ],
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
    'an endpoint that does not exist',
    [],
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    'AWS cannot be reached (Error: connect',
  ],
  [
    'a state machine that does not exist',
    ['--state-machine-arn', stateMachineArn('flightwatch-x')],
    {},
    'The state machine does not exist',
  ],
  ['--timeout-minutes 0', ['--timeout-minutes', '0'], {}, '--timeout-minutes: got "0", expected a whole number from 1'],
  ['an unknown option', ['--nonsense'], {}, "unknown option '--nonsense'"],
])('%s exits with 2 and one sentence', async (_, args, env, message) => {
  const { exitStatus, stderr, stdout } = await world.run(['watch', 'clx1', ...args], { env });

  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(exitStatus).toBe(2);
  expect(world.aws.executions.size).toBe(0);
});

describe('the state machine is found by name', () => {
  const candidates = [stateMachineArn('flightwatch-a'), stateMachineArn('flightwatch-b')] as const;

  test.each([
    ['none with the name', [], 'There is no state machine called "flightwatch" in us-east-1'],
    ['two that match', candidates, `Several state machines match: ${candidates.join(', ')}; choose one with`],
  ])('%s: the command exits with 2', async (_, stateMachines, message) => {
    world.aws.stepFunctions.stateMachines = [...stateMachines];

    const { exitStatus, stderr } = await world.run(['watch', 'clx1']);

    expect(exitStatus).toBe(2);
    expect(stderr).toContain(message);
  });

  test('without one called flightwatch, the only one whose name begins with flightwatch- is used', async () => {
    world.aws.stepFunctions.stateMachines = [stateMachineArn('other'), candidates[0]];

    expect((await world.run(['watch', 'clx1'])).exitStatus).toBe(0);
  });
});

describe('the region', () => {
  const byName = async (env: Record<string, string>) => {
    world.aws.stepFunctions.stateMachines = [];
    const { stderr } = await world.run(['watch', 'clx1'], { env });
    return /"flightwatch" in ([a-z0-9-]+)/.exec(stderr)?.[1];
  };

  test('AWS_DEFAULT_REGION is used if AWS_REGION is not set', async () => {
    expect(await byName({ AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-2' })).toBe('eu-west-2');
  });

  test('AWS_REGION comes first', async () => {
    expect(await byName({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' })).toBe('eu-west-1');
  });

  test("both come before the profile's", async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'flightwatch-')), 'config');
    writeFileSync(file, '[default]\nregion = eu-west-3\n');

    expect(await byName({ AWS_REGION: '', AWS_CONFIG_FILE: file })).toBe('eu-west-3');
    expect(await byName({ AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-2', AWS_CONFIG_FILE: file })).toBe('eu-west-2');
  });
});

test('no permission to start a watch exits with 2 and names the permission', async () => {
  world.aws.faults.StartExecution = [
    { status: 400, type: 'AccessDeniedException', message: 'no states:StartExecution' },
  ];

  const { exitStatus, stderr } = await world.run(['start', 'clx1']);

  expect(exitStatus).toBe(2);
  expect(stderr).toContain('AWS denied this call (AccessDeniedException: no states:StartExecution): use a role');
});

test('--debug shows the stack trace', async () => {
  const { exitStatus, stderr } = await world.run(['--debug', 'watch', 'a/b'], { stackTraceExpected: true });

  expect(exitStatus).toBe(2);
  expect(stderr).toContain('deploymentId: got "a/b"');
});
