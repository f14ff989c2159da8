import { createClient } from '../../lib/flightcontrol/client';
import { deploymentJson, startFlightcontrolServer } from '../../lib/local/flightcontrol-server';

test('a redirect is not followed: the key is sent nowhere else', async () => {
  const thief = await startFlightcontrolServer(() => ({ json: deploymentJson('clx1', 'SUCCESS') }));
  const location = `${thief.url}/deployments/clx1`;
  const server = await startFlightcontrolServer(() => ({ status: 302, headers: { location }, json: {} }));

  const asked = ask(server.url);

  await expect(asked).rejects.toMatchObject({
    problem: 'not understood',
    message: 'GET /api/deployments/clx1: 302, a redirect, which is not followed',
  });
  expect(thief.requests).toEqual([]);
  await Promise.all([thief.close(), server.close()]);
});

test('for a refused connection, the message says what was asked and why it failed', async () => {
  const server = await startFlightcontrolServer(() => ({ json: {} }));
  await server.close();

  await expect(ask(server.url)).rejects.toMatchObject({
    problem: 'unavailable',
    message: expect.stringMatching(/^GET \/api\/deployments\/clx1: fetch failed: .*ECONNREFUSED/),
  });
});

test('a service without the field error is read', async () => {
  const serviceDeployments = [{ service: { serviceName: 'web' }, status: 'ERROR' }, { status: 'SUCCESS' }, {}, null];

  const { services } = await answerWith({ ...deploymentJson('clx1', 'ERROR'), serviceDeployments });

  expect(services).toEqual([{ name: 'web', status: 'ERROR' }, { status: 'SUCCESS' }, {}]);
});

test.each([
  ['50', 50],
  ['Mon, 09 Jan 2023 22:11:25 GMT', 80],
  ['Fri, 31 Feb 2023 22:10:05 GMT', undefined],
  ['Sun, 09 Jan 2023 22:11:25 GMT', undefined],
  ['Mon, 09 Jan 2023 22:10:00 GMT', undefined],
  ['2023-01-09T22:11:25Z', undefined],
  ['-1', undefined],
  ['soon', undefined],
])('Retry-After: %s is read as %s seconds', async (retryAfter, retryAfterSeconds) => {
  const headers = { 'retry-after': retryAfter, date: 'Mon, 09 Jan 2023 22:10:05 GMT' };
  const server = await startFlightcontrolServer(() => ({ status: 429, headers, json: {} }));

  await expect(ask(server.url)).rejects.toMatchObject({ problem: 'throttled', retryAfterSeconds });

  await server.close();
});

test('the client never retries by itself', async () => {
  const server = await startFlightcontrolServer(() => ({ status: 500, json: { error: 'no' } }));

  await expect(ask(server.url)).rejects.toMatchObject({ problem: 'unavailable' });

  expect(server.requests).toHaveLength(1);
  await server.close();
});

async function answerWith(json: unknown) {
  const server = await startFlightcontrolServer(() => ({ json }));
  try {
    return await ask(server.url);
  } finally {
    await server.close();
  }
}

function ask(url: string) {
  return createClient({ api: 'legacy', apiBaseUrl: url, fetch, timeoutMs: 1000 })('plain-key-123', 'clx1');
}
