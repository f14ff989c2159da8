import { inspect } from 'node:util';
import {
  callDeployHook,
  type DeployHookError,
  type DeployHookParameters,
  parseDeployHookUrl,
} from '../../lib/flightcontrol/deploy-hook';
import { requestOnce } from '../../lib/flightcontrol/request-once';
import { HookServer, respond, succeed } from '../support/hook-server';

let hook: HookServer;

beforeEach(async () => {
  hook = await HookServer.start();
});
afterEach(() => hook.close());

function call(timeoutMs = 5_000, url = hook.url): Promise<string> {
  return callDeployHook(parseDeployHookUrl(url), { branch: 'main' }, { fetch: requestOnce, timeoutMs });
}

async function failure(calling: Promise<string>): Promise<DeployHookError> {
  const error = await calling.then(
    () => new Error('it succeeded'),
    (thrown: DeployHookError) => thrown,
  );
  expect(inspect(error, { depth: 20 })).not.toMatch(/CANARY|deploy-hook\/|127\.0\.0\.1/);
  return error as DeployHookError;
}

test('a hook that does not answer in time may have started a deployment; it is not called again', async () => {
  hook.answer = () => {};

  const error = await failure(call(200));

  expect(error).toMatchObject({
    mayHaveStarted: true,
    message: expect.stringContaining('did not answer within 0.2 s'),
  });
  expect(hook.calls).toHaveLength(1);
});

test('an answer that is cut half-way may have started a deployment', async () => {
  hook.answer = (response) => {
    response.writeHead(200, { 'content-length': '500' });
    response.write('{"success":true,', () => response.destroy());
  };

  expect(await failure(call())).toMatchObject({ mayHaveStarted: true });
  expect(hook.calls).toHaveLength(1);
});

test('an endless answer is not read to its end', async () => {
  hook.answer = (response) => {
    response.writeHead(200);
    response.end(Buffer.alloc(5_000_000, ' '));
  };

  expect(await failure(call())).toMatchObject({
    message: expect.stringContaining('a body that is too large or not JSON'),
  });
});

test('a 421, after which fetch would repeat the request, is one call', async () => {
  hook.answer = respond(421, '');

  expect(await failure(call())).toMatchObject({ mayHaveStarted: false, message: expect.stringContaining('421') });
  expect(hook.calls).toHaveLength(1);
});

describe('an answer with an id is one, unless it is clearly a refusal', () => {
  test.each([
    [{ success: true, deploymentId: 'clx1' }],
    [{ success: 'true', deploymentId: 'clx1' }],
    [{ deploymentId: 'clx1' }],
    [{ success: null, deploymentId: 'clx1' }],
    [{ ok: true, deploymentId: 'clx1', message: 'queued' }],
  ])('%j', async (json) => {
    hook.answer = succeed(json);

    expect(await call()).toBe('clx1');
  });

  test.each([[{ success: false, deploymentId: 'clx1' }], [{ success: 'false', deploymentId: 'clx1' }]])(
    '%j: the message names the deployment that may have been started',
    async (json) => {
      hook.answer = succeed(json);

      expect(await failure(call())).toMatchObject({
        mayHaveStarted: true,
        message: expect.stringContaining('without success, but with the deployment clx1'),
      });
    },
  );
});

describe('a 2xx that is not understood may have started a deployment', () => {
  test.each<[string, HookServer['answer']]>([
    ['HTML', respond(200, '<html>CANARY</html>')],
    ['nothing', respond(204, '')],
    ['an empty object', succeed({})],
    ['an empty list', succeed([])],
    ['null', succeed(null)],
    ['a text', succeed('CANARY')],
    ['an id that is a number', succeed({ success: true, deploymentId: 17 })],
    ['an id with a slash', succeed({ success: true, deploymentId: 'CANARY/b' })],
    ['another name for the id', succeed({ success: true, id: 'clx1' })],
  ])('%s', async (_, answer) => {
    hook.answer = answer;

    const { mayHaveStarted, message } = await failure(call());

    expect(mayHaveStarted).toBe(true);
    expect(message).toContain('a deployment may have been started all the same');
  });

  test('but a refusal without an id has started none', async () => {
    hook.answer = succeed({ success: false, error: 'CANARY' });

    expect(await failure(call())).toMatchObject({ mayHaveStarted: false });
  });
});

describe('without a connection, nothing was started', () => {
  test.each<[string, (url: URL) => string, RegExp]>([
    ['a refused connection', () => 'http://127.0.0.1:1/CANARY', /\(ECONNREFUSED\); nothing was started/],
    ['an unknown host', () => 'https://canary.invalid/CANARY', /\((ENOTFOUND|EAI_AGAIN)\); nothing was started/],
    ['a server without TLS', ({ host }) => `https://${host}/CANARY`, /\([A-Z_]+\); nothing was started/],
  ])('%s', async (_, urlOf, message) => {
    const error = await failure(call(5_000, urlOf(new URL(hook.url))));

    expect(error).toMatchObject({ mayHaveStarted: false, message: expect.stringMatching(message) });
    expect(error.message).not.toContain('canary');
    expect(hook.calls).toEqual([]);
  });

  test('the errors of fetch are told apart alike', async () => {
    const url = new URL(hook.url);
    await hook.close();

    expect(await failure(callDeployHook(url, {}, { fetch, timeoutMs: 5_000 }))).toMatchObject({
      mayHaveStarted: false,
    });
  });
});

describe('the hook of a preview environment', () => {
  const PREVIEW = { pullRequest: '17', commit: '01e573f' };
  const PATH = '/api/deploy-hook/clenv1/CANARY_hook_secret';

  function callPreview(url: string, parameters: DeployHookParameters = PREVIEW): Promise<string> {
    return callDeployHook(parseDeployHookUrl(url, true), parameters, { fetch: requestOnce, timeoutMs: 5_000 });
  }

  test.each<[string, (url: string) => string, DeployHookParameters, string]>([
    ['pull request and commit follow the secret', (url) => url, PREVIEW, `${PATH}/17/01e573f`],
    ['force is a parameter', (url) => url, { ...PREVIEW, force: true }, `${PATH}/17/01e573f?force=true`],
    ['a slash at the end is tolerated', (url) => `${url}/`, PREVIEW, `${PATH}/17/01e573f`],
    ['parameters of the URL are kept', (url) => `${url}?team=a%20b`, PREVIEW, `${PATH}/17/01e573f?team=a%20b`],
    [
      'a slash in a segment is encoded',
      (url) => url,
      { pullRequest: '1/2', commit: '../a?b' },
      `${PATH}/1%2F2/..%2Fa%3Fb`,
    ],
  ])('%s', async (_, change, parameters, path) => {
    await callPreview(change(hook.url), parameters);

    expect(hook.calls).toEqual([path]);
  });

  test.each(['/17/01e573f', '/17', '/%5BprNumber%5D/%5BcommitSHA%5D', '/17/01e573f/'])(
    'a URL that goes on after the secret (%s) is refused without being quoted',
    (rest) => {
      expect(() => parseDeployHookUrl(`${hook.url}${rest}`, true)).toThrow(
        /^got a URL that goes on after the secret, expected one that ends with it: the pull request and the commit are added$/,
      );
    },
  );

  test('without a pull request to add, a complete URL is called as it is', async () => {
    const complete = `${hook.url}/17/01e573f`;

    await callDeployHook(parseDeployHookUrl(complete), {}, { fetch: requestOnce, timeoutMs: 5_000 });

    expect(hook.calls).toEqual([`${PATH}/17/01e573f`]);
  });

  test('behind a proxy that has another path, both are added as well', async () => {
    await callPreview(new URL('/hooks/CANARY', hook.url).href);

    expect(hook.calls).toEqual(['/hooks/CANARY/17/01e573f']);
  });
});
