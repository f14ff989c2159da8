import { inspect } from 'node:util';
import { GitHubError } from '../../lib/github/github-error';
import { parseTarget } from '../../lib/github/target';
import { differencesOf, Webhooks } from '../../lib/github/webhooks';
import { serveOnLoopback } from '../../lib/local/loopback-server';
import { type GitHubAnswer, GitHubServer } from '../support/github-server';

const RECEIVER = 'http://127.0.0.1:9/receiver/';
const SECRET = 'CANARY_of_the_webhook_0123456789';

let github: GitHubServer;

beforeEach(async () => {
  github = await GitHubServer.start();
});
afterEach(() => {
  jest.restoreAllMocks();
  return github.close();
});

function open(name = 'acme/web', apiUrl = github.url, token = github.token): Webhooks {
  const target = parseTarget(name) ?? { owner: '' };
  return new Webhooks({ target, apiUrl: new URL(apiUrl), token, tokenSource: 'GITHUB_TOKEN' });
}

/** The error of a call; whatever of it could be printed holds no canary. */
async function errorOf(work: Promise<unknown>): Promise<GitHubError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GitHubError);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('CANARY');
  expect((error as GitHubError).message).toMatch(/^[^\n]+\.$/);
  return error as GitHubError;
}

test('a webhook is created with both events, as JSON, with its secret and checked certificates', async () => {
  const hook = await open().create(RECEIVER, SECRET);

  expect(github.hooksOf()).toEqual([
    {
      id: Number(hook.id),
      active: true,
      events: ['deployment', 'deployment_status'],
      config: { url: RECEIVER, content_type: 'json', insecure_ssl: '0', secret: SECRET },
    },
  ]);
});

test('the calls carry the token, the version of the API, and nothing else of ours', async () => {
  await open().create(RECEIVER, SECRET);

  const [call] = github.calls;
  expect(call?.headers).toMatchObject({
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${github.token}`,
    'user-agent': 'flightwatch',
    'x-github-api-version': '2022-11-28',
  });
  expect(Object.keys(JSON.parse(call?.body ?? '')).toSorted()).toEqual(['active', 'config', 'events', 'name']);
});

test('an update keeps the secret, which GitHub would remove', async () => {
  github.addHook({ url: RECEIVER, secret: 'old' });
  const [hook] = await open().list();

  if (hook) await open().update(hook, SECRET);

  expect(github.hooksOf()[0]?.config.secret).toBe(SECRET);
});

test('webhooks on later pages are found', async () => {
  for (const number of Array.from({ length: 7 }).keys()) github.addHook({ url: `https://example.com/${number}` });
  github.pageSize = 3;

  const hooks = await open().list();

  expect(hooks.map(({ config }) => config.url.at(-1))).toEqual(['0', '1', '2', '3', '4', '5', '6']);
});

test('the webhooks of an organisation are in its own list', async () => {
  await open('acme').create(RECEIVER, SECRET);

  expect(github.calls[0]?.path).toBe('orgs/acme/hooks');
  expect(github.hooksOf('orgs/acme')).toHaveLength(1);
});

test('the API of GitHub Enterprise Server has a path', async () => {
  github.prefix = '/api/v3';

  expect(await open('acme/web', `${github.url}/`).list()).toEqual([]);
});

test('ids that no number can hold stay as they are', async () => {
  const id = '98765432109876543210';
  github.intercept = ({ method }) =>
    method === 'GET' ? { status: 200, body: `[{"id":${id},"events":[]}]` } : undefined;

  const [hook] = await open().list();
  await errorOf(open().ping(hook as never));

  expect(github.calls.at(-1)?.path).toBe(`repos/acme/web/hooks/${id}/pings`);
});

test('a webhook that is already gone counts as deleted', async () => {
  github.addHook({ url: RECEIVER });
  const [hook] = await open().list();
  github.hooksOf().length = 0;

  await expect(open().delete(hook as never)).resolves.toBeUndefined();
});

test('a webhook that may not be deleted is an error', async () => {
  github.addHook({ url: RECEIVER });
  const [hook] = await open().list();
  github.intercept = ({ method }) => (method === 'DELETE' ? refuse(404, 'Not Found') : undefined);

  expect((await errorOf(open().delete(hook as never))).status).toBe(404);
});

test('what differs from a right webhook is named', () => {
  const hook = { id: '1', active: false, events: ['push'], config: { url: '', content_type: 'form', insecure_ssl: 1 } };

  expect(differencesOf(hook)).toEqual([
    'it was inactive',
    'its events were push',
    'its content type was form',
    'certificates were not checked',
    'it had no secret',
  ]);
});

function refuse(status: number, message: string, headers = {}, errors?: unknown[]): GitHubAnswer {
  return { status, headers, body: { message, errors, documentation_url: 'https://docs.github.com/rest' } };
}

const FINE_GRAINED = 'give it the repository permission "Webhooks: read and write"';
const CLASSIC = 'the scope admin:repo_hook';

describe('GitHub refuses, and one sentence says why and what to do', () => {
  test.each<[string, GitHubAnswer, string, boolean]>([
    [
      'a token that is wrong',
      refuse(401, 'Bad credentials'),
      'GitHub rejected the token from GITHUB_TOKEN (401 Bad credentials): it is wrong, expired or revoked. Create a new one.',
      false,
    ],
    [
      'a fine-grained token without the permission',
      refuse(403, 'Resource not accessible by personal access token', {
        'x-accepted-github-permissions': 'repository_hooks=write',
      }),
      `The token from GITHUB_TOKEN may not manage the webhooks of acme/web (403 Resource not accessible by personal access token): ${FINE_GRAINED}.`,
      false,
    ],
    [
      'a classic token without the scope',
      refuse(403, 'Must have admin rights to Repository.', { 'x-oauth-scopes': 'gist, read:org' }),
      `(403 Must have admin rights to Repository): give it ${CLASSIC} (it has: gist, read:org).`,
      false,
    ],
    [
      'a classic token without any scope',
      refuse(404, 'Not Found', { 'x-oauth-scopes': '' }),
      `check the name, and the token: give it ${CLASSIC} (it has: none).`,
      false,
    ],
    [
      'a token with the scope, of no administrator',
      refuse(404, 'Not Found', { 'x-oauth-scopes': 'repo, gist' }),
      'check the name, and the token: use the token of an administrator.',
      false,
    ],
    [
      'a token of an unknown kind',
      refuse(403, 'Forbidden'),
      `${FINE_GRAINED} (fine-grained token) or ${CLASSIC}`,
      false,
    ],
    [
      'the token of a job',
      refuse(403, 'Resource not accessible by integration'),
      'the token of a GitHub Actions job never may. Use a personal access token.',
      false,
    ],
    [
      'single sign-on',
      refuse(403, 'Resource protected by organization SAML enforcement.', { 'x-github-sso': 'required; url=CANARY' }),
      "authorise it for the organisation's single sign-on",
      false,
    ],
    [
      'an unknown repository',
      refuse(404, 'Not Found'),
      'GitHub knows no repository acme/web, or the token from GITHUB_TOKEN may not manage its webhooks (404 Not Found)',
      false,
    ],
    [
      'a webhook that is there already',
      refuse(422, 'Validation Failed', {}, [{ resource: 'Hook', message: 'Hook already exists on this repository' }]),
      'GitHub rejected the webhook of acme/web (422 Validation Failed: Hook already exists on this repository).',
      false,
    ],
    [
      'a field that is missing',
      refuse(422, 'Validation Failed', {}, [{ field: 'url', code: 'missing_field' }, 'a text', 7, null]),
      '(422 Validation Failed: url missing_field: a text).',
      false,
    ],
    [
      'a repository that was renamed',
      refuse(301, 'Moved Permanently', { location: 'https://elsewhere.example/repositories/1/hooks' }),
      'acme/web has been renamed or moved (301 Moved Permanently): use its present name',
      false,
    ],
    [
      'a repository that is blocked',
      refuse(451, 'Repository access blocked'),
      '(451 Repository access blocked).',
      false,
    ],
    [
      'the rate limit of an hour',
      refuse(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767225600' }),
      "GitHub's rate limit is reached (403 API rate limit exceeded): try again after 00:00 UTC.",
      true,
    ],
    ['another rate limit', refuse(429, 'Slow down', { 'retry-after': '60' }), 'try again in 60 seconds.', true],
    ['a secondary rate limit', refuse(403, 'You have exceeded a secondary rate limit.'), 'in a few minutes.', true],
    ['a failure of GitHub', refuse(502, 'Server Error'), 'GitHub failed (502 Server Error): try again later.', true],
    [
      'a failure without a text',
      { status: 503, body: '<html>CANARY</html>' },
      'GitHub failed (503): try again later.',
      true,
    ],
  ])('%s', async (_, answer, sentence, mayPass) => {
    github.intercept = () => answer;

    const error = await errorOf(open().list());

    expect(error.message).toContain(sentence);
    expect(error.mayPass).toBe(mayPass);
    expect(error.status).toBe(answer.status);
  });

  test.each([403, 404])('an organisation, with %i', async (status) => {
    github.intercept = () => refuse(status, 'No');

    const { message } = await errorOf(open('acme').list());

    expect(message).toContain('organization permission "Webhooks: read and write" (fine-grained token)');
    expect(message).toContain('or the scope admin:org_hook (classic token)');
  });

  test("a message of GitHub's that repeats the token and the secret is not repeated", async () => {
    const text = `no: ${github.token}, ${encodeURIComponent(SECRET)}, \u001b[31mred\n::error::x ${'long '.repeat(200)}`;
    github.intercept = () => refuse(422, text);

    const { message } = await errorOf(open().create(RECEIVER, SECRET));

    expect(message).toContain('no: [redacted], [redacted], red ::error::x');
    expect(message.length).toBeLessThan(500);
  });
});

test('no part of a token is left where a message is cut', async () => {
  github.intercept = () => refuse(401, `${'.'.repeat(133)}${github.token}${'.'.repeat(400)}`);

  const { message } = await errorOf(open().list());

  expect(message).not.toContain(github.token.slice(0, 8));
});

test('what is no scope is not shown as one', async () => {
  github.intercept = () => refuse(403, 'No', { 'x-oauth-scopes': `gist, ${github.token}` });

  const { message } = await errorOf(open().list());

  expect(message).toContain('(it has: gist)');
});

test.each([
  [301, 'has been renamed or moved'],
  [302, 'check GITHUB_API_URL'],
])('a redirect with %i is explained', async (status, sentence) => {
  github.intercept = () => refuse(status, 'Look elsewhere');

  expect((await errorOf(open().list())).message).toContain(sentence);
});

describe('GitHub is not reached, and one sentence says why', () => {
  test('nobody listens', async () => {
    const server = await serveOnLoopback(() => {});
    await server.close();

    const error = await errorOf(open('acme/web', server.url).list());

    expect(error.message).toBe(
      `GitHub (${new URL(server.url).host}) cannot be reached (ECONNREFUSED): check the network and GITHUB_API_URL, then run the command again.`,
    );
    expect(error.mayPass).toBe(true);
  });

  test('there is no such host', async () => {
    const error = await errorOf(open('acme/web', 'https://github.invalid').list());

    expect(error.message).toMatch(/^GitHub \(github.invalid\) cannot be reached \((ENOTFOUND|EAI_AGAIN)\): /);
  });

  test('the connection is cut', async () => {
    github.intercept = () => 'drop';

    const error = await errorOf(open().list());

    expect(error.message).toContain('cannot be reached (');
    expect(github.calls).toHaveLength(1);
  });

  test('it does not answer in time', async () => {
    github.intercept = () => 'hang';
    const soon = AbortSignal.timeout(1);
    jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(soon);

    const error = await errorOf(open().list());

    expect(error.message).toContain('did not answer within 15 s: check the network');
    expect(error.mayPass).toBe(true);
  });

  test('its certificate is not trusted', async () => {
    const cause = Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    jest.spyOn(globalThis, 'fetch').mockRejectedValueOnce(new TypeError('fetch failed', { cause }));

    const error = await errorOf(open().list());

    expect(error.message).toContain('is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT): set NODE_EXTRA_CA_CERTS');
    expect(error.mayPass).toBe(false);
  });

  test.each([
    ['a web page', '<html>Sign in</html>'],
    ['an object', '{"message":"hello"}'],
    ['webhooks without ids', '[{"events":[]}]'],
    ['nothing', ''],
  ])('%s comes in place of the webhooks', async (_, body) => {
    github.intercept = () => ({ status: 200, body });

    const error = await errorOf(open().list());

    expect(error.message).toContain("is not one of GitHub's API: check GITHUB_API_URL.");
  });

  test('an answer without end is cut off', async () => {
    github.intercept = () => ({ status: 200, body: ' '.repeat(2 * 1024 * 1024) });

    const error = await errorOf(open().list());

    expect(error.message).toContain('the answer has more than 1 MiB');
  });

  test.each([301, 302, 307, 308])('a redirect (%i) is not followed, so the token goes nowhere else', async (status) => {
    const elsewhere = await GitHubServer.start();
    github.intercept = () => refuse(status, '', { location: `${elsewhere.url}/repos/acme/web/hooks` });

    await errorOf(open().create(RECEIVER, SECRET));

    expect(elsewhere.calls).toEqual([]);
    await elsewhere.close();
  });
});
