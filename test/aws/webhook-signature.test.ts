import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { sign } from '@octokit/webhooks-methods';
import { WebhookSignature } from '../../lib/aws/webhook-signature';
import { awsEnvironment } from '../support/aws-environment';
import { AwsServer, WEBHOOK_SECRET_ARN } from '../support/aws-server';

const HOURS = 60 * 60 * 1000;

let aws: AwsServer;
let now: Date;
let signature: WebhookSignature;

beforeEach(async () => {
  aws = await AwsServer.start();
  Object.assign(process.env, awsEnvironment(aws));
  now = new Date('2026-11-20T12:00:00Z');
  signature = newEnvironment();
});
afterEach(() => aws.close());

/** As Lambda starts one: with nothing cached. */
function newEnvironment(): WebhookSignature {
  return new WebhookSignature(new SecretsManagerClient({ maxAttempts: 1 }), WEBHOOK_SECRET_ARN, () => now);
}

function pass(milliseconds: number): void {
  now = new Date(now.getTime() + milliseconds);
}

/** As `connect-github --rotate` does it. */
function rotate(value: string): void {
  const { AWSCURRENT } = aws.webhookSecret;
  aws.webhookSecret = { AWSCURRENT: { value, createdAt: now }, ...(AWSCURRENT && { AWSPREVIOUS: AWSCURRENT }) };
}

async function isAccepted(secret: string, by = signature): Promise<boolean> {
  return by.isRight('{}', await sign(secret, '{}'));
}

function reads(): number {
  return aws.calls.filter((call) => call === 'GetSecretValue').length;
}

test('the signature of the current secret is right, and no other', async () => {
  rotate('CANARY_1');

  expect(await isAccepted('CANARY_1')).toBe(true);
  expect(await isAccepted('CANARY_2')).toBe(false);
  expect(await signature.isRight('{"a":1}', await sign('CANARY_1', '{}'))).toBe(false);
});

test('a previous secret that does not exist is none, and is not looked for again', async () => {
  rotate('CANARY_1');

  expect(await isAccepted('CANARY_2')).toBe(false);
  expect(await isAccepted('CANARY_2')).toBe(false);
  expect(aws.calls).toEqual(['GetSecretValue', 'GetSecretValue']);
});

test('a new secret is accepted at once, by an environment that knows the previous one', async () => {
  rotate('CANARY_1');
  expect(await isAccepted('CANARY_1')).toBe(true);
  pass(2 * 60_000);
  rotate('CANARY_2');

  expect(await isAccepted('CANARY_2')).toBe(true);
});

test.each([
  ['for 24 hours', 24 * HOURS - 1, true],
  ['and no longer', 24 * HOURS, false],
])('the previous secret is accepted %s from the creation of the current one', async (_, age, accepted) => {
  rotate('CANARY_1');
  pass(100 * HOURS);
  rotate('CANARY_2');
  pass(age);

  expect(await isAccepted('CANARY_1', newEnvironment())).toBe(accepted);
  expect(await isAccepted('CANARY_2', newEnvironment())).toBe(true);
});

test('an environment that saw the previous secret drops it after 24 hours, too', async () => {
  rotate('CANARY_1');
  rotate('CANARY_2');
  for (const [age, accepted] of [
    [0, true],
    [23 * HOURS, true],
    [1 * HOURS, false],
  ] as const) {
    pass(age);
    expect(await isAccepted('CANARY_1')).toBe(accepted);
  }
});

test('a secret that was replaced is not taken from the cache for more than five minutes', async () => {
  rotate('CANARY_1');
  expect(await isAccepted('CANARY_1')).toBe(true);
  aws.webhookSecret = { AWSCURRENT: { value: 'CANARY_2', createdAt: new Date(0) } };
  pass(5 * 60_000);

  expect(await isAccepted('CANARY_1')).toBe(false);
});

test('a clock that is behind does not matter', async () => {
  rotate('CANARY_1');
  pass(HOURS);
  rotate('CANARY_2');
  pass(-2 * HOURS);

  expect(await isAccepted('CANARY_1')).toBe(true);
  expect(await isAccepted('CANARY_2')).toBe(true);
});

test('wrong signatures make the secret be read once a minute', async () => {
  aws.webhookSecret = { AWSCURRENT: { value: 'CANARY_1', createdAt: new Date(0) } };

  for (let request = 0; request < 120; request += 1) {
    expect(await isAccepted('CANARY_2')).toBe(false);
    pass(1000);
  }

  expect(reads()).toBe(2);
});

test('right signatures make the secret be read every five minutes', async () => {
  rotate('CANARY_1');

  for (let minute = 0; minute < 15; minute += 1) {
    expect(await isAccepted('CANARY_1')).toBe(true);
    pass(60_000);
  }

  expect(reads()).toBe(3);
});

test('a secret that does not exist, or cannot be read, is an error without the secret', async () => {
  await expect(isAccepted('CANARY_1')).rejects.toThrow('The secret of the webhook does not exist or has no value');

  rotate('CANARY_1');
  pass(10_000);
  aws.faults.GetSecretValue = [{ status: 400, type: 'AccessDeniedException' }];
  await expect(isAccepted('CANARY_1')).rejects.toThrow('The secret of the webhook cannot be read');
  pass(10_000);

  expect(await isAccepted('CANARY_1')).toBe(true);
});

test('a previous secret that could not be read is read again', async () => {
  rotate('CANARY_1');
  rotate('CANARY_2');
  expect(await isAccepted('CANARY_2')).toBe(true);
  aws.faults.GetSecretValue = [{ status: 400, type: 'AccessDeniedException' }];
  await expect(isAccepted('CANARY_1')).rejects.toThrow('The secret of the webhook cannot be read');
  pass(10_000);

  expect(await isAccepted('CANARY_1')).toBe(true);
});

test('a new secret is accepted by every environment, whenever it last read the secret', async () => {
  rotate('CANARY_1');
  const other = newEnvironment();
  expect(await isAccepted('CANARY_1')).toBe(true);
  rotate('CANARY_2');

  expect(await isAccepted('CANARY_2', other)).toBe(true);
  expect(await isAccepted('CANARY_2')).toBe(true);
});

test('a secret that cannot be read is asked for every ten seconds at most', async () => {
  for (let request = 0; request < 60; request += 1) {
    await expect(isAccepted('CANARY_2')).rejects.toThrow('does not exist');
    pass(1000);
  }

  expect(reads()).toBe(6);
});

test('while the secret cannot be read again, the one that is known is used', async () => {
  rotate('CANARY_1');
  expect(await isAccepted('CANARY_1')).toBe(true);
  pass(6 * 60_000);
  aws.faults.GetSecretValue = [{ status: 400, type: 'AccessDeniedException' }];

  expect(await isAccepted('CANARY_1')).toBe(true);
});
