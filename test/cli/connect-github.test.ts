import { SECRET_ARN } from '../support/aws-server';
import { parseJsonLines } from '../support/command';
import { STATE_MACHINE_ARN, stateMachineArn } from '../support/step-functions';
import { GitHubWorld, WEBHOOK_SECRET } from './github-world';

let world: GitHubWorld;

beforeEach(async () => {
  world = await GitHubWorld.start();
});
afterEach(() => world.close());

describe('connecting', () => {
  test('creates the webhook with the address and the secret of the stack, and has GitHub ping it', async () => {
    const { exitStatus, stdout, stderr } = await world.connect(['acme/web']);

    const [hook] = world.github.hooksOf();
    expect(stderr).toBe('');
    expect(stdout).toBe(
      `acme/web: the webhook ${hook?.id} was created.\nGitHub's ping was answered with 200: GitHub now announces the deployments of acme/web.\n`,
    );
    expect(exitStatus).toBe(0);
    expect(hook?.config).toEqual({
      url: world.receiver.url,
      content_type: 'json',
      insecure_ssl: '0',
      secret: WEBHOOK_SECRET,
    });
    expect(world.receiver.answers).toContain(200);
  });

  test('a second time changes nothing but sets the secret again', async () => {
    await world.connect(['acme/web']);
    const before = structuredClone(world.github.hooksOf());

    const { exitStatus, stdout } = await world.connect([`https://${new URL(world.github.url).host}/acme/web.git`]);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain('was updated (only its secret was set).');
    expect(world.github.hooksOf()).toEqual(before);
  });

  test('a webhook that was changed is set right, and what was wrong is said', async () => {
    world.github.addHook({ url: world.receiver.url, insecure_ssl: '1' }, { active: false });
    world.github.addHook({ url: 'https://example.com/other' });

    const { exitStatus, stdout } = await world.connect(['acme/web']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain(
      'was updated (it was inactive; its events were push; its content type was form; certificates were not checked; it had no secret).',
    );
    expect(world.github.hooksOf().map(({ active, events }) => [active, events])).toEqual([
      [true, ['deployment', 'deployment_status']],
      [true, ['push']],
    ]);
  });

  test('of several webhooks with the same address one is left', async () => {
    const [first] = [
      world.receiver.url,
      world.receiver.url,
      world.receiver.url.replace(/\/receiver\/$/, '/elsewhere'),
      world.receiver.url,
    ].map((url) => world.github.addHook({ url }));

    const { exitStatus, stdout } = await world.connect(['acme/web']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain(' Others with the same address were deleted: 2.');
    expect(world.github.hooksOf().map(({ id }) => id)).toEqual([first?.id, (first?.id ?? 0) + 2]);
  });

  test('an organisation has one webhook for all of its repositories', async () => {
    const { exitStatus, stdout } = await world.connect(['acme']);

    expect(exitStatus).toBe(0);
    expect(stdout).toContain('announces the deployments of acme.');
    expect(world.github.hooksOf('orgs/acme')).toHaveLength(1);
  });

  test('on GitHub Enterprise Server, by its API and the address of its website', async () => {
    world.github.prefix = '/api/v3';

    const { exitStatus } = await world.connect([`git@${new URL(world.github.url).host}:acme/web.git`], {
      env: { GITHUB_API_URL: world.github.url },
    });

    expect(exitStatus).toBe(0);
    expect(world.github.hooksOf()).toHaveLength(1);
  });

  test('--json prints one object', async () => {
    const { exitStatus, stdout } = await world.connect(['acme/web', '--json']);

    expect(exitStatus).toBe(0);
    expect(parseJsonLines(stdout)).toEqual([
      {
        target: 'acme/web',
        status: 'CREATED',
        hookId: String(world.github.hooksOf()[0]?.id),
        duplicates: 0,
        rotated: false,
        ping: { status: 'OK', statusCode: 200 },
      },
    ]);
  });

  test('goes on if nobody reads standard output', async () => {
    const { exitStatus } = await world.connect(['acme/web'], { unread: true });

    expect(exitStatus).toBe(0);
    expect(world.github.hooksOf()).toHaveLength(1);
  });
});

describe('the receiver is found', () => {
  const NOT_FOUND = `No webhook receiver of ${STATE_MACHINE_ARN} was found in the stack Flightwatch: set githubWebhook to true and deploy again. If there is one, but your app overrides its logical id, pass --webhook-url and --webhook-secret-arn.`;
  const DENIED =
    'Finding the webhook receiver needs cloudformation:DescribeStackResources, cloudformation:ListStackResources and lambda:GetFunctionUrlConfig; without them, pass --webhook-url and --webhook-secret-arn.';
  test('by the default name of the state machine', async () => {
    world.aws.stepFunctions.executionsOf(STATE_MACHINE_ARN);

    const { exitStatus } = await world.connect(['acme/web'], { env: { FLIGHTWATCH_STATE_MACHINE_ARN: '' } });

    expect(exitStatus).toBe(0);
  });

  const OTHER = { [stateMachineArn('other')]: 'OtherWatchStateMachine11111111' };
  const OTHER_RECEIVER = {
    other: 'OtherGitHubWebhookReceiver22222222',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:other': 'OtherGitHubWebhookSecret33333333',
  };
  const MONITOR = { [STATE_MACHINE_ARN]: 'MonitorWatchStateMachine0A1B2C3D' };

  test('by the resources of its stack, which needs no outputs', async () => {
    const { exitStatus } = await world.connect(['acme/web']);

    expect(exitStatus).toBe(0);
    expect(world.aws.cloudFormation.calls).toEqual(['DescribeStackResources', 'ListStackResources']);
  });

  test('as the one of its own construct, where a stack has two', async () => {
    world.deploy({ ...OTHER, ...OTHER_RECEIVER, ...MONITOR, ...world.receiverAs('Monitor') });

    const { exitStatus } = await world.connect(['acme/web']);

    expect(exitStatus).toBe(0);
    expect(world.github.hooksOf().map(({ config }) => config.url)).toEqual([world.receiver.url]);
  });

  test('in a large stack, of which CloudFormation describes a hundred resources', async () => {
    const others = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`bucket${index}`, `Bucket${index}`]));
    world.deploy({ ...others, ...MONITOR, ...world.receiverAs('Monitor') });

    expect((await world.connect(['acme/web'])).exitStatus).toBe(0);
  });

  test('where a resource does not lead to its stack, by any output that names the state machine', async () => {
    const { cloudFormation } = world.aws;
    cloudFormation.findsByResource = false;
    const { resources, details = {} } = cloudFormation.stacks.Flightwatch ?? { resources: [] };
    cloudFormation.stacks.Other = { resources: ['other'], outputs: { Arn: 'other' } };
    cloudFormation.stacks.Flightwatch = { resources, details, outputs: { OfMyOwn: STATE_MACHINE_ARN } };

    expect((await world.connect(['acme/web'])).exitStatus).toBe(0);
  });

  test('by the options, which need no state machine', async () => {
    world.deploy({});

    const { exitStatus } = await world.connect([
      'acme/web',
      '--webhook-url',
      world.receiver.url,
      '--webhook-secret-arn',
      SECRET_ARN,
    ]);

    expect(exitStatus).toBe(0);
    expect(world.aws.cloudFormation.calls).toEqual([]);
    expect(world.aws.calls).toEqual(['GetSecretValue']);
  });

  test.each<[string, () => void, string]>([
    ['the stack has none', () => world.deploy(MONITOR), NOT_FOUND],
    ['only another construct has one', () => world.deploy({ ...MONITOR, ...OTHER, ...OTHER_RECEIVER }), NOT_FOUND],
    [
      'the app overrides the logical ids',
      () => world.deploy({ [STATE_MACHINE_ARN]: 'MyStateMachine', receiver: 'MyReceiver', [SECRET_ARN]: 'MySecret' }),
      NOT_FOUND,
    ],
    [
      'there is no stack',
      () => {
        world.aws.cloudFormation.stacks = {};
      },
      `No stack has ${STATE_MACHINE_ARN} as a resource: check the ARN, or pass --webhook-url and --webhook-secret-arn.`,
    ],
    [
      'there is no stack, and other stacks may not be listed',
      () => {
        world.aws.cloudFormation.stacks = {};
        world.aws.cloudFormation.denied = ['DescribeStacks'];
      },
      `No stack has ${STATE_MACHINE_ARN} as a resource: `,
    ],
    [
      'its resources may not be listed',
      () => {
        world.aws.cloudFormation.denied = ['ListStackResources'];
      },
      DENIED,
    ],
    [
      'its address may not be read',
      () => {
        world.aws.faults.GetFunctionUrlConfig = [{ status: 403, type: 'AccessDeniedException' }];
      },
      DENIED,
    ],
    [
      'its address was deleted',
      () => {
        world.aws.functionUrls = {};
      },
      'The webhook receiver receiver has no address, because somebody deleted it or its function URL: ',
    ],
  ])('unless %s', async (_, prepare, message) => {
    prepare();

    const { exitStatus, stderr } = await world.connect(['acme/web']);

    expect(exitStatus).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(world.github.calls).toEqual([]);
  });
});

describe('--remove', () => {
  test('deletes every webhook with the address, and no other', async () => {
    const hooks = [world.receiver.url, 'https://example.com/', world.receiver.url].map((url) =>
      world.github.addHook({ url }),
    );

    const { exitStatus, stdout } = await world.connect(['acme/web', '--remove']);

    expect(exitStatus).toBe(0);
    expect(stdout).toBe(
      `acme/web: removed ${hooks[0]?.id}, ${hooks[2]?.id}. GitHub no longer announces its deployments to this receiver.\n`,
    );
    expect(world.github.hooksOf()).toEqual([hooks[1]]);
    expect(world.aws.calls).not.toContain('GetSecretValue');
  });

  test('is no failure if there is nothing to remove', async () => {
    const { exitStatus, stdout } = await world.connect(['acme/web', '--remove']);

    expect(exitStatus).toBe(0);
    expect(stdout).toBe("acme/web has no webhook with the receiver's address: there is nothing to remove.\n");
  });

  test('needs no more than the address if the stack is gone', async () => {
    world.github.addHook({ url: world.receiver.url });

    const { exitStatus, stdout } = await world.connect([
      'acme/web',
      '--remove',
      '--webhook-url',
      world.receiver.url,
      '--json',
    ]);

    expect(exitStatus).toBe(0);
    expect(parseJsonLines(stdout)).toEqual([
      { target: 'acme/web', status: 'REMOVED', hookIds: [expect.stringMatching(/^\d+$/)] },
    ]);
    expect([...world.aws.calls, ...world.aws.cloudFormation.calls]).toEqual([]);
  });
});
