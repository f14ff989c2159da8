import { runConnectGithub } from '../../lib/cli/connect-github';
import { clearInterruptMessage } from '../../lib/cli/interrupt';
import { serveOnLoopback } from '../../lib/local/loopback-server';
import { awsEnvironment } from '../support/aws-environment';
import { SECRET_ARN } from '../support/aws-server';
import { flightwatch, parseJsonLines } from '../support/command';
import { fakeTerminal } from './fake-terminal';
import { GitHubWorld, WEBHOOK_SECRET } from './github-world';

let world: GitHubWorld;

beforeEach(async () => {
  world = await GitHubWorld.start();
});
afterEach(() => world.close());

describe("GitHub's ping", () => {
  test.each<[string, number, number, string]>([
    [
      'has another secret',
      401,
      2,
      "the receiver answered GitHub's ping with 401: it has another secret. Wait a minute",
    ],
    ['fails', 500, 3, "the receiver answered GitHub's ping with 500: look at the logs of its function"],
    [
      'is somebody else',
      404,
      2,
      "the receiver answered GitHub's ping with 404: check that GitHub can reach the receiver",
    ],
  ])('says so if the receiver %s', async (_, status, expected, message) => {
    world.receiver.status = status;

    const { exitStatus, stdout, stderr } = await world.connect(['acme/web', '--json']);

    expect(exitStatus).toBe(expected);
    expect(stderr).toBe(`${stderr.trim()}\n`);
    expect(stderr).toContain(`The webhook of acme/web is set up, but ${message}`);
    expect(parseJsonLines(stdout)).toEqual([
      expect.objectContaining({ status: 'CREATED', ping: expect.objectContaining({ statusCode: status }) }),
    ]);
  });

  test('says so if nobody answers', async () => {
    await world.receiver.close();

    const { exitStatus, stderr } = await world.connect(['acme/web']);

    expect(exitStatus).toBe(3);
    expect(stderr).toContain(
      'GitHub got no answer to its ping (failed to connect to host): check that GitHub can reach',
    );
  });

  test('says that the webhook is set up if GitHub fails to ping it', async () => {
    world.github.intercept = ({ path }) =>
      path.endsWith('/pings') ? { status: 502, body: { message: 'Server Error' } } : undefined;

    const { exitStatus, stderr } = await world.connect(['acme/web']);

    expect(exitStatus).toBe(3);
    expect(stderr).toBe(
      'The webhook of acme/web is set up, but could not be tested. GitHub failed (502 Server Error): try again later.\n',
    );
  });

  test('says that the webhook is set up if it is interrupted', async () => {
    world.github.showsDeliveries = false;

    const { exitStatus, stderr } = await world.connect(['acme/web'], { interruptAfter: /was created/ });

    expect(exitStatus).toBe(130);
    expect(stderr).toContain('Interrupted. The webhook of acme/web is set up, but was not tested.');
  });

  test('that GitHub does not show in time leaves the outcome open', async () => {
    world.github.showsDeliveries = false;
    const { terminal, out } = fakeTerminal();
    let clock = 0;
    const sleep = async (milliseconds: number) => {
      clock += milliseconds;
    };
    const time = { now: () => clock, sleep };
    const options = { webhookUrl: world.receiver.url, webhookSecretArn: SECRET_ARN };
    const restore = Object.entries(awsEnvironment(world.aws)).map(([name, value]) => setVariable(name, value));

    const run = runConnectGithub('acme/web', options, { ...terminal, env: world.environment }, time);

    await expect(run).rejects.toThrow(/GitHub showed no answer to its ping within 30 s: look at "Recent Deliveries"/);
    await expect(run).rejects.toHaveProperty('name', 'UnknownOutcomeError');
    expect(out).toEqual([expect.stringContaining('was created')]);
    for (const undo of restore) undo();
    clearInterruptMessage();
  });

  function setVariable(name: string, value: string): () => void {
    const before = process.env[name];
    process.env[name] = value;
    return () => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    };
  }
});

describe('what is wrong is said in one sentence', () => {
  test.each<[string, string[], Record<string, string>, string]>([
    [
      'a credential as the repository',
      ['ghp_CANARY_0123456789012345678901234567'],
      {},
      'repository: got text of 39 characters',
    ],
    [
      'an address with a credential',
      ['https://CANARY@github.com/a/b'],
      {},
      'repository: got an address, expected owner/repo',
    ],
    ['no repository', [], {}, "error: missing required argument 'owner/repo'"],
    [
      'another host',
      ['https://github.com/acme/web'],
      {},
      'acme/web is on github.com, but the API is that of 127.0.0.1:',
    ],
    [
      'an API without https',
      ['a/b'],
      { GITHUB_API_URL: 'http://example.com' },
      'GITHUB_API_URL: got an address on example.com that is not https',
    ],
    ['two opposites', ['a/b', '--rotate', '--remove'], {}, '--rotate and --remove exclude each other'],
    [
      'half of the options',
      ['a/b', '--webhook-url', 'https://example.com'],
      {},
      'belong together: pass both, or neither.',
    ],
    ['the other half', ['a/b', '--remove', '--webhook-secret-arn', SECRET_ARN], {}, 'belong together'],
    [
      'a receiver without https',
      ['a/b', '--webhook-url', 'http://example.com', '--webhook-secret-arn', SECRET_ARN],
      {},
      '--webhook-url: got an address, expected the https address of the receiver.',
    ],
    [
      'a secret in place of its ARN',
      ['a/b', '--webhook-url', 'https://example.com', '--webhook-secret-arn', WEBHOOK_SECRET],
      {},
      '--webhook-secret-arn: got text of 32 characters, expected arn:aws:secretsmanager:',
    ],
  ])('%s', async (_, args, env, message) => {
    const { exitStatus, stdout, stderr } = await world.connect(args, { env });

    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([exitStatus, stdout]).toEqual([2, '']);
    expect(world.github.calls).toEqual([]);
  });

  test.each<[string, () => void, number, string]>([
    [
      '401',
      () => refuse(401, 'Bad credentials'),
      2,
      'GitHub rejected the token from GITHUB_TOKEN (401 Bad credentials)',
    ],
    ['403', () => refuse(403, 'Forbidden'), 2, 'may not manage the webhooks of acme/web (403 Forbidden): give it'],
    ['404', () => world.github.targets.splice(0), 2, 'GitHub knows no repository acme/web, or the token'],
    [
      '422',
      () => refuse(422, 'Validation Failed', 'POST'),
      2,
      'GitHub rejected the webhook of acme/web (422 Validation Failed).',
    ],
    ['503', () => refuse(503, 'Unavailable'), 3, 'GitHub failed (503 Unavailable): try again later.'],
  ])("GitHub's %s", async (_, prepare, expected, message) => {
    prepare();

    const { exitStatus, stdout, stderr } = await world.connect(['acme/web']);

    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([exitStatus, stdout]).toEqual([expected, '']);
  });

  function refuse(status: number, message: string, method = 'GET'): void {
    world.github.intercept = (call) => (call.method === method ? { status, body: { message } } : undefined);
  }

  test('no network', async () => {
    const server = await serveOnLoopback(() => {});
    await server.close();

    const { exitStatus, stderr } = await world.connect(['acme/web'], { env: { GITHUB_API_URL: server.url } });

    expect(exitStatus).toBe(3);
    expect(stderr).toMatch(/^GitHub \(127.0.0.1:\d+\) cannot be reached \(ECONNREFUSED\): check the network and .+\n$/);
  });

  test('a secret without text', async () => {
    world.aws.secretBinary = 'Q0FOQVJZ';

    const { exitStatus, stderr } = await world.connect(['acme/web']);

    expect(exitStatus).toBe(2);
    expect(stderr).toContain(`The secret ${SECRET_ARN} holds no text: write a new one with --rotate.`);
  });
});

test('--debug shows where the error is from, but no token and no secret', async () => {
  world.github.intercept = ({ method }) =>
    method === 'POST' ? { status: 422, body: { message: WEBHOOK_SECRET } } : undefined;
  const secret = world.aws.secret;

  const { stdout, stderr } = await flightwatch(['--debug', 'connect-github', 'acme/web'], {
    env: world.environment,
    stackTraceExpected: true,
  });

  expect(stderr).toContain('UsageError: GitHub rejected the webhook of acme/web (422 [redacted]).');
  expect(stdout + stderr).not.toContain(secret);
});
