import { buffer } from 'node:stream/consumers';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { type Receiver, receiveDelivery } from '../../lib/aws/webhook-receiver';
import { WebhookSignature } from '../../lib/aws/webhook-signature';
import { DEFAULT_GITHUB_FILTER } from '../../lib/contract/github-filter';
import { pingByGitHub, pingUntilAccepted } from '../../lib/github/pings';
import { Webhooks } from '../../lib/github/webhooks';
import { serveOnLoopback } from '../../lib/local/loopback-server';
import { GitHubServer } from '../support/github-server';
import { WebhookReceiver } from '../support/webhook-receiver';

const SECRET = 'CANARY_of_the_webhook_0123456789';

let github: GitHubServer;
let receiver: WebhookReceiver;
/** Seconds that were slept. */
let slept: number[];
let clock: number;
const time = {
  now: () => clock,
  sleep: async (milliseconds: number) => {
    clock += milliseconds;
    slept.push(milliseconds / 1000);
  },
};

beforeEach(async () => {
  [slept, clock] = [[], 0];
  github = await GitHubServer.start();
  receiver = await WebhookReceiver.start();
  receiver.secrets = [SECRET];
});
afterEach(() => {
  jest.restoreAllMocks();
  return Promise.all([github.close(), receiver.close()]);
});

function open(): Webhooks {
  const access = { apiUrl: new URL(github.url), token: github.token, tokenSource: 'GITHUB_TOKEN' };
  return new Webhooks({ target: { owner: 'acme', repo: 'web' }, ...access });
}

async function existingHook(secret = SECRET) {
  github.addHook({ url: receiver.url, secret, content_type: 'json' });
  const [hook] = await open().list();
  if (hook === undefined) throw new Error('no webhook');
  return hook;
}

describe("GitHub's ping", () => {
  test('of a new webhook counts, whoever asked for it', async () => {
    const hook = await open().create(receiver.url, SECRET);

    expect(await pingByGitHub(open(), hook, true, time)).toMatchObject({ status: 'OK', status_code: 200 });
  });

  test('of an existing webhook is a new one: an older answer does not count', async () => {
    const hook = await existingHook();
    receiver.secrets = [];
    const first = await pingByGitHub(open(), hook, false, time);
    receiver.secrets = [SECRET];

    const second = await pingByGitHub(open(), hook, false, time);

    expect([first?.status_code, second?.status_code]).toEqual([401, 200]);
  });

  test('is waited for as long as it should take, and no longer', async () => {
    github.showsDeliveries = false;

    expect(await pingByGitHub(open(), await existingHook(), false, time)).toBeUndefined();

    expect(slept.reduce((sum, seconds) => sum + seconds)).toBe(30);
  });

  test('that nobody answers has the status code 0', async () => {
    const hook = await existingHook();
    await receiver.close();

    const delivery = await pingByGitHub(open(), hook, false, time);

    expect(delivery).toMatchObject({ status: 'failed to connect to host', status_code: 0 });
  });
});

describe('a ping with a new secret', () => {
  const ping = (secret = SECRET) => pingUntilAccepted(new URL(receiver.url), secret, time);

  test('is sent once if it is accepted', async () => {
    expect(await ping()).toBeUndefined();

    expect(receiver.answers).toEqual([200]);
  });

  test('is repeated until the receiver has read its secret again, a minute later', async () => {
    receiver.secrets = ['old'];
    receiver.onRequest = () => {
      if (clock >= 60_000) receiver.secrets = [SECRET, 'old'];
    };

    expect(await ping()).toBeUndefined();

    expect(receiver.answers.at(-1)).toBe(200);
    expect(clock).toBe(60_000);
  });

  test.each([429, 500, 503])('is repeated after a %i, which may pass', async (status) => {
    receiver.status = status;
    receiver.onRequest = () => {
      if (clock >= 6_000) receiver.status = 202;
    };

    expect(await ping()).toBeUndefined();

    expect(receiver.answers).toEqual([status, status, 202]);
  });

  test('is given up after 90 s', async () => {
    expect(await ping('another secret')).toBe('401');

    expect(clock).toBe(90_000);
  });

  test.each([301, 403, 404])('is given up at once after a %i', async (status) => {
    receiver.status = status;

    expect(await ping()).toBe(String(status));

    expect(receiver.answers).toEqual([status]);
  });

  test('is given up if nobody answers', async () => {
    await receiver.close();

    expect(await ping()).toBe('no answer');
  });

  test('is one that the deployed receiver accepts', async () => {
    const secrets = mockClient(SecretsManagerClient);
    secrets.on(GetSecretValueCommand).resolves({ SecretString: SECRET });
    const deployed = await serveOnLoopback(async (request, response) => {
      const { method = '', headers } = request;
      const body = (await buffer(request)).toString('base64');
      const http = { requestContext: { http: { method } }, headers: headers as never, body, isBase64Encoded: true };
      response.writeHead((await receiveDelivery(http, deployedReceiver())).statusCode).end();
    });

    const answers = [SECRET, 'another secret'].map((secret) => pingUntilAccepted(new URL(deployed.url), secret, time));

    expect(await Promise.all(answers)).toEqual([undefined, '401']);
    await deployed.close();
  });

  function deployedReceiver(): Receiver {
    jest.spyOn(console, 'warn').mockImplementation();
    const now = () => new Date();
    const signature = new WebhookSignature(new SecretsManagerClient({}), 'arn', now);
    const announce = () => Promise.reject(new Error('a ping announces nothing'));
    return { signature, announce, filter: DEFAULT_GITHUB_FILTER, stateMachineName: 'flightwatch', now };
  }
});
