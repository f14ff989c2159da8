import { parseJsonLines } from '../support/command';
import { GitHubWorld, WEBHOOK_SECRET } from './github-world';

let world: GitHubWorld;

beforeEach(async () => {
  world = await GitHubWorld.start();
});
afterEach(() => world.close());

describe('--rotate', () => {
  /** The receiver reads its secret again, and accepts the previous one, too. */
  function followSecret(): void {
    world.receiver.onRequest = () => {
      world.receiver.secrets = [world.aws.secret, WEBHOOK_SECRET];
    };
  }

  test('stores a new secret, waits until the receiver accepts it, and gives it to the webhook', async () => {
    await world.connect(['acme/web']);
    followSecret();

    const { exitStatus, stdout } = await world.connect(['acme/web', '--rotate']);

    expect(exitStatus).toBe(0);
    expect(world.aws.secret).toMatch(/^[A-Za-z\d]{64}$/);
    expect(world.github.hooksOf()[0]?.config.secret).toBe(world.aws.secret);
    expect(stdout.split('\n')).toEqual([
      'A new secret is stored. Waiting until the receiver accepts it: up to 90 s.',
      expect.stringContaining('was updated (only its secret was set).'),
      expect.stringContaining("GitHub's ping was answered with 200"),
      'If other repositories send to this receiver, connect them again within 24 hours, without --rotate: until then it accepts the previous secret.',
      '',
    ]);
  });

  test('creates a webhook that is not there', async () => {
    followSecret();

    const { exitStatus, stdout } = await world.connect(['acme/web', '--rotate', '--json']);

    expect(exitStatus).toBe(0);
    expect(parseJsonLines(stdout)).toEqual([expect.objectContaining({ status: 'CREATED', rotated: true })]);
    expect(world.github.hooksOf()[0]?.config.secret).toBe(world.aws.secret);
  });

  test('stores nothing if webhooks may still sign with the secret before the present one', async () => {
    const createdAt = new Date(Date.now() - 2.5 * 3_600_000);
    world.aws.webhookSecret = {
      AWSCURRENT: { value: WEBHOOK_SECRET, createdAt },
      AWSPREVIOUS: { value: 'CANARY_before', createdAt: new Date(0) },
    };

    const { exitStatus, stderr } = await world.connect(['acme/web', '--rotate']);

    expect(exitStatus).toBe(2);
    expect(stderr).toContain('The secret was replaced 2 hours ago');
    expect(stderr).toContain('connect them without --rotate, and rotate again when 24 hours are over.');
    expect(world.aws.secret).toBe(WEBHOOK_SECRET);
  });

  test('stores a new secret right after the stack was deployed, and a day after the last one', async () => {
    followSecret();
    const createdAt = new Date(Date.now() - 24.1 * 3_600_000);
    for (const webhookSecret of [
      { AWSCURRENT: { value: WEBHOOK_SECRET, createdAt: new Date() } },
      { AWSCURRENT: { value: 'x', createdAt }, AWSPREVIOUS: { value: 'y', createdAt: new Date(0) } },
    ]) {
      world.aws.webhookSecret = webhookSecret;

      expect(await world.connect(['acme/web', '--rotate'])).toMatchObject({ exitStatus: 0 });
    }
  });

  test('stores nothing if the token may not even list the webhooks', async () => {
    const { exitStatus } = await world.connect(['acme/unknown', '--rotate']);

    expect(exitStatus).toBe(2);
    expect(world.aws.secret).toBe(WEBHOOK_SECRET);
  });

  test.each([
    [403, 2],
    [502, 3],
  ])('says what is left to do if GitHub refuses the update with %i', async (status, expected) => {
    await world.connect(['acme/web']);
    followSecret();
    world.github.intercept = ({ method }) => (method === 'PATCH' ? { status, body: { message: 'No' } } : undefined);

    const { exitStatus, stderr } = await world.connect(['acme/web', '--rotate']);

    expect(exitStatus).toBe(expected);
    expect(stderr).toContain('The new secret is stored, but the webhook of acme/web could not be updated. ');
    expect(stderr).toContain(
      'The receiver accepts the previous secret for 24 hours: run the command again, without --rotate.',
    );
    world.github.intercept = () => undefined;
    expect((await world.connect(['acme/web'])).exitStatus).toBe(0);
    expect(world.github.hooksOf()[0]?.config.secret).toBe(world.aws.secret);
  });

  test('leaves the webhook as it is if the receiver is not there', async () => {
    await world.connect(['acme/web']);
    world.receiver.onRequest = () => {
      world.receiver.secrets = [world.aws.secret];
    };
    world.receiver.status = 404;

    const { exitStatus, stderr } = await world.connect(['acme/web', '--rotate']);

    expect(exitStatus).toBe(3);
    expect(stderr).toContain('A new secret is stored, but the receiver did not accept it (last answer: 404); ');
    expect(world.github.hooksOf()[0]?.config.secret).toBe(WEBHOOK_SECRET);
  });

  test('is told by AWS that it may not write', async () => {
    world.aws.faults.PutSecretValue = [{ status: 400, type: 'AccessDeniedException' }];

    const { exitStatus, stderr } = await world.connect(['acme/web', '--rotate']);

    expect(exitStatus).toBe(2);
    expect(stderr).toContain('AWS denied this call');
    expect(world.github.callsOf('POST')).toEqual([]);
  });

  test('says what is left to do if it is interrupted', async () => {
    world.receiver.secrets = [];

    const { exitStatus, stderr } = await world.connect(['acme/web', '--rotate'], { interruptAfter: /Waiting/ });

    expect(exitStatus).toBe(130);
    expect(stderr).toContain('Interrupted. A new secret may be stored; the webhook of acme/web still has the previous');
  });
});
