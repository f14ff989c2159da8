import { inspect } from 'node:util';
import { callDeployHook, type DeployHookError, parseDeployHookUrl } from '../../lib/flightcontrol/deploy-hook';
import { HookServer } from '../support/hook-server';

let hook: HookServer;

beforeEach(async () => {
  hook = await HookServer.start();
});
afterEach(() => hook.close());

function call(timeoutMs = 5_000): Promise<string> {
  return callDeployHook(parseDeployHookUrl(hook.url), { branch: 'main' }, { fetch, timeoutMs });
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

  expect(await failure(call())).toMatchObject({ message: expect.stringContaining('a body that is not JSON') });
});

test('for an unknown host, the message holds only its error code', async () => {
  const calling = callDeployHook(
    new URL('https://canary.invalid/api/deploy-hook/CANARY'),
    {},
    { fetch, timeoutMs: 5_000 },
  );

  const error = await failure(calling);

  expect(error.message).toMatch(
    /^The deploy hook could not be reached \([A-Z_]+\); a deployment may have been started/,
  );
  expect(error.message).not.toContain('canary');
});
