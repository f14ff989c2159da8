import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../support/step-functions';
import { DoctorWorld, FULL } from './doctor-world';

let world: DoctorWorld;

beforeAll(async () => {
  world = await DoctorWorld.start(FULL);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

/** As a shell and a person read it: in one line. */
function unwrapped(text: string): string {
  return text.replace(/\n {2}(?! )/g, ' ');
}

describe('an installation that is well', () => {
  test('gets a line for each check, in the order to act, and exit status 0', async () => {
    const { exitStatus, stdout, stderr } = await world.run();

    expect(stderr).toBe('');
    expect(unwrapped(stdout).match(/^✓ [\w -]+(?=:)/gm)).toEqual([
      '✓ Credentials',
      '✓ State machine',
      '✓ Version',
      '✓ Stack',
      '✓ API key',
      '✓ Notifications',
      '✓ Alarm subscribers',
      '✓ Rules',
      '✓ Webhook receiver',
      '✓ GitHub events',
      '✓ Dead letters',
      '✓ Alarms',
      '✓ History',
      '✓ Watches',
      '✓ Quotas',
    ]);
    expect(unwrapped(stdout)).toContain('Credentials: arn:aws:iam::123456789012:user/ada in us-east-1.');
    expect(unwrapped(stdout)).toContain('(GET /api/deployments/flightwatch-key-check: 404 Deployment not found)');
    expect(stdout).toMatch(/\n\nAll is well\.\n$/);
    expect(exitStatus).toBe(0);
  });

  test('is not changed: it is read, and the poll function is invoked once', async () => {
    await world.run();

    const { calls } = world.aws.state;
    expect(calls.filter((call) => !/^(Describe|Get|List|Query)/.test(call))).toEqual(['Invoke']);
  });

  test('is described in lines of 80 columns, except for what is to be typed and addresses', async () => {
    world.aws.state.secret = 'replace-me';

    const { stdout } = await world.run();

    const long = stdout.split('\n').filter((line) => line.length > 80);
    expect(long.every((line) => /^ {4}\S|^ {2}https:/.test(line))).toBe(true);
  });

  test('--json prints one object', async () => {
    const { exitStatus, ok, findings } = await world.diagnose();

    expect(ok).toBe(true);
    expect(findings[0]).toEqual({
      name: 'Credentials',
      state: 'good',
      found: 'arn:aws:iam::123456789012:user/ada in us-east-1.',
    });
    expect(exitStatus).toBe(0);
  });

  test('colours are used on a terminal', async () => {
    const { stdout } = await world.run([], { terminal: true, env: { TERM: 'xterm' } });

    expect(stdout).toContain('\u001b[32m✓\u001b[39m \u001b[1mCredentials:\u001b[22m');
  });
});

test('a fresh installation: what is missing, in the order to do it; doing it makes all well', async () => {
  world.aws.state.secret = 'replace-me';
  world.aws.state.subscriptions[world.topic] = [{ protocol: 'email', endpoint: 'ada@example.com', isPending: true }];
  world.aws.state.subscriptions[world.alarmTopic] = [];

  const before = await world.run();
  world.reset();
  const after = await world.run();

  expect(unwrapped(before.stdout).match(/^✗ [\w ]+: .{20}/gm)).toEqual([
    '✗ API key: The secret arn:aws:s',
    '✗ Notifications: email ada@example.co',
    '✗ Alarm subscribers: Nobody is subscribed',
    '✗ Alarm subscribers: A subscription of th',
  ]);
  expect(before.stdout).toContain('set-key\n');
  expect(unwrapped(before.stdout)).toContain('It was made 3h ago. AWS deletes it after 48 hours.');
  expect(unwrapped(before.stdout)).toMatch(/\n\nNot all is well: 4 to put right\. Begin with the first/);
  expect([before.exitStatus, after.exitStatus]).toEqual([1, 0]);
});

describe('credentials and the state machine', () => {
  test('without credentials, the exit status is 2', async () => {
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: '/nonexistent' };

    const { exitStatus, findings } = await world.diagnose([], env);

    expect(findings).toEqual([
      expect.objectContaining({
        name: 'Credentials',
        state: 'bad',
        found: expect.stringContaining('No AWS credentials'),
      }),
    ]);
    expect(exitStatus).toBe(2);
  });

  test('without credentials and a Region, it is the credentials that are missing if an ARN names the Region', async () => {
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_REGION: '', HOME: '/nonexistent' };
    const arn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:flightwatch';

    const { exitStatus, findings } = await world.diagnose(['--state-machine-arn', arn], env);

    expect(findings).toMatchObject([{ state: 'bad', found: expect.stringContaining('No AWS credentials') }]);
    expect(exitStatus).toBe(2);
  });

  test('without a Region, the exit status is 2', async () => {
    const { exitStatus, findings } = await world.diagnose([], { AWS_REGION: '', HOME: '/nonexistent' });

    expect(findings).toMatchObject([{ state: 'bad', found: expect.stringContaining('No AWS region is set') }]);
    expect(exitStatus).toBe(2);
  });

  test('credentials that AWS rejects end the command', async () => {
    for (const call of ['GetCallerIdentity', 'ListStateMachines'])
      world.aws.state.failures[call] = new AwsError('ExpiredToken', 'The token has expired', 403);

    const { exitStatus, findings } = await world.diagnose();

    expect(findings).toMatchObject([{ name: 'Credentials', state: 'bad', found: expect.stringContaining('rejected') }]);
    expect(exitStatus).toBe(2);
  });

  test('an AWS that cannot be reached is exit status 3', async () => {
    const { exitStatus, findings } = await world.diagnose([], { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });

    expect(findings).toMatchObject([{ name: 'Credentials', state: 'unknown' }]);
    expect(exitStatus).toBe(3);
  }, 60_000);

  test('an AWS that cannot be reached is exit status 3, even if the state machine is named', async () => {
    const named = ['--state-machine-arn', world.stack.stateMachines.watches];
    const { exitStatus, findings } = await world.diagnose(named, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });

    expect(findings).toMatchObject([{ name: 'Credentials', state: 'unknown' }]);
    expect(exitStatus).toBe(3);
  }, 60_000);

  test('an identity that may not be asked for keeps nothing else from being checked', async () => {
    world.aws.state.failures.GetCallerIdentity = new AwsError('AccessDenied', 'no', 403);

    expect(await world.diagnoseOne()).toMatchObject({ name: 'Credentials', state: 'unknown' });
  });

  test('a profile that does not exist is named', async () => {
    const keys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: '/nonexistent' };

    const { exitStatus, findings } = await world.diagnose([], { ...keys, AWS_PROFILE: 'prodd' });

    expect(findings).toMatchObject([
      {
        state: 'bad',
        found: expect.stringContaining('in the profile prodd'),
        commands: ['aws configure list-profiles'],
      },
    ]);
    expect(exitStatus).toBe(2);
  });

  test('the profile is named', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'flightwatch-')), 'credentials');
    writeFileSync(file, '[dev]\naws_access_key_id=test\naws_secret_access_key=CANARY_of_aws\n');
    const keys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

    const { findings } = await world.diagnose([], { ...keys, AWS_PROFILE: 'dev', AWS_SHARED_CREDENTIALS_FILE: file });

    expect(findings[0]?.found).toBe('arn:aws:iam::123456789012:user/ada in us-east-1, from the profile dev.');
  });

  test('a missing state machine is the last that is said', async () => {
    world.aws.removeStateMachines();

    const { exitStatus, wrong, findings } = await world.diagnose();

    expect(findings.map(({ name }) => name)).toEqual(['Credentials', 'State machine']);
    expect(wrong[0]?.found).toContain('There is no state machine called "flightwatch" in us-east-1');
    expect(exitStatus).toBe(1);
  });

  test('an ARN that does not exist is explained, and its commands keep it', async () => {
    world.aws.removeStateMachines();
    const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:other';

    const { wrong } = await world.diagnose(['--state-machine-arn', arn]);

    expect(wrong).toMatchObject([{ name: 'State machine', state: 'bad', found: `${arn} does not exist.` }]);
  });

  test('commands name the state machine that was named', async () => {
    world.aws.state.secret = 'replace-me';
    const arn = world.stack.stateMachines.watches;

    const { wrong } = await world.diagnose(['--state-machine-arn', arn]);

    expect(wrong[0]?.commands).toEqual([expect.stringMatching(` set-key --state-machine-arn ${arn}$`)]);
  });

  test('a state machine of another account is told', async () => {
    world.aws.state.overrides.GetCallerIdentity = () =>
      '<Arn>arn:aws:iam::999999999999:user/ada</Arn><Account>999999999999</Account>';

    expect(await world.diagnoseOne()).toMatchObject({
      name: 'Credentials',
      found: expect.stringContaining('another account, 123456789012'),
    });
  });

  test.each(['no-arn', 'arn:aws:states:us-east-1:1:x'])('what is no ARN is wrong usage: %s', async (arn) => {
    const { exitStatus, stderr } = await world.run(['--state-machine-arn', arn]);

    expect(stderr).toContain('--state-machine-arn: got');
    expect(exitStatus).toBe(2);
  });

  test('another version is told', async () => {
    world.aws.state.deployedVersion = '9.0.0';
    const newer = await world.diagnoseOne();
    world.aws.state.deployedVersion = '0.0.9';
    const older = await world.diagnoseOne();
    world.aws.state.deployedVersion = '';
    const unknown = await world.diagnoseOne();

    expect(newer).toMatchObject({ name: 'Version', todo: expect.stringContaining('Update this program') });
    expect(older).toMatchObject({ name: 'Version', todo: expect.stringContaining('Deploy the stack again') });
    expect(unknown).toMatchObject({ name: 'Version', todo: expect.stringContaining('Deploy the stack again') });
  });

  test.each([
    ['UPDATE_ROLLBACK_COMPLETE', 'The last deployment of Flightwatch failed'],
    ['UPDATE_IN_PROGRESS', 'Flightwatch is being deployed'],
  ])('a stack that is %s is told', async (status, found) => {
    world.aws.state.stackStatus = status;

    expect(await world.diagnoseOne()).toMatchObject({ name: 'Stack', found: expect.stringContaining(found) });
  });
});
