import { AwsWorld } from './aws-world';

const HOOK = 'https://app.flightcontrol.dev/api/deploy-hook/clenv1/CANARY_hook_secret';
const KEY = 'fc_CANARY_0123456789';

let world: AwsWorld;

beforeEach(async () => {
  world = await AwsWorld.start();
});
afterEach(() => world.close());

/** That no canary is repeated is checked for every command. */
describe('a credential in the wrong place is not repeated', () => {
  test.each<[string[], string]>([
    [
      ['watch', HOOK],
      'deploymentId: got an address, expected 1 to 64 of A-Z a-z 0-9 _ -, or an address on flightcontrol.dev that holds it.',
    ],
    [['watch', `${KEY} `], 'deploymentId: got text of 21 characters'],
    [['start', `Bearer ${KEY}`], 'deploymentId: got text of 27 characters'],
    [['local', `me:${KEY}@host`], 'deploymentId: got an address'],
    [['set-key', '--check', HOOK], 'deploymentId: got an address'],
    [['watch', 'clx1', KEY], "error: too many arguments for 'watch'. Expected 1 argument but got 2."],
    [['trigger', HOOK], "error: too many arguments for 'trigger'. Expected 0 arguments but got 1."],
    [['set-key', KEY], "error: too many arguments for 'set-key'. Expected 0 arguments but got 1."],
    [['trigger', `--hook-url=${HOOK}`], "error: unknown option '--hook-url=...'"],
    [['trigger', '--hook-url', HOOK], "error: unknown option '--hook-url'"],
    [['set-key', `--key=${KEY}`], "error: unknown option '--key=...'"],
    [['set-key', `--${KEY}`], 'error: unknown option, text of 22 characters'],
    [['set-key', `-k${KEY}`], 'error: unknown option, text of 22 characters'],
    [['set-key', `--json=${KEY}`], "error: unknown option '--json=...'"],
    [[`--key=${KEY}`, 'watch', 'clx1'], "error: unknown option '--key=...'"],
    [[HOOK], 'error: unknown command, an address'],
    [[KEY], 'error: unknown command, text of 20 characters'],
    [['watch', 'clx1', `--state-machine-arn=${HOOK}`], '--state-machine-arn: got an address'],
    [['watch', 'clx1', '--state-machine-arn', KEY], '--state-machine-arn: got text of 20 characters'],
    [['watch', 'clx1', '--timeout-minutes', KEY], '--timeout-minutes: got text of 20 characters'],
    [['local', 'clx1', '--api', KEY], '--api: got text of 20 characters, expected legacy or v1.'],
    [['local', 'clx1', '--api-base-url', KEY], '--api-base-url: got text of 20 characters'],
    [['local', 'clx1', '--api-base-url', HOOK], '--api-base-url: got the address of a deploy hook'],
    [
      ['local', 'clx1', '--api-base-url', `https://me:${KEY}@h`],
      '--api-base-url: got an address on h with credentials',
    ],
    [['demo', '--scenario', KEY], '--scenario: got text of 20 characters'],
  ])('%j', async (args, message) => {
    const { exitStatus, stdout, stderr } = await world.run(args);

    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(exitStatus).toBe(2);
  });

  test('in an environment variable', async () => {
    const { exitStatus, stderr } = await world.run(['watch', 'clx1'], { env: { FLIGHTWATCH_STATE_MACHINE_ARN: HOOK } });

    expect(exitStatus).toBe(2);
    expect(stderr).toContain('FLIGHTWATCH_STATE_MACHINE_ARN: got an address');
  });

  test('not even with --debug', async () => {
    const { stderr } = await world.run(['--debug', 'watch', HOOK], { stackTraceExpected: true });

    expect(stderr).toContain('deploymentId: got an address');
  });
});

test.each<[string[], string]>([
  [['wach', 'clx1'], "error: unknown command 'wach' (Did you mean watch?)"],
  [['trigger', '--branhc', 'main'], "error: unknown option '--branhc' (Did you mean --branch?)"],
  [['demo', '-x'], "error: unknown option '-x'"],
])('a mistyped word is repeated, with the one that was meant: %j', async (args, message) => {
  const { exitStatus, stderr } = await world.run(args);

  expect(exitStatus).toBe(2);
  expect(stderr).toBe(`${message}\n`);
});

test.each([
  [['--help'], 0],
  [['help', 'watch'], 0],
  [['watch', '--help'], 0],
  [['--version'], 0],
  [[], 2],
])('%j prints its text once', async (args, expected) => {
  const { exitStatus, stdout, stderr } = await world.run(args);

  expect(exitStatus).toBe(expected);
  expect(`${stdout}${stderr}`.match(/Usage: |^\d+\.\d+\.\d+\n$/g)).toHaveLength(1);
});
