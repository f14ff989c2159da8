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
  ['2023-01-09 22:10:02.381', '2023-01-09T22:10:02.381Z'],
  ['2023-01-09T22:10:02.381Z', '2023-01-09T22:10:02.381Z'],
  ['2023-01-09T23:10:02+01:00', '2023-01-09T22:10:02.000Z'],
  ['yesterday', undefined],
  [17, undefined],
])('createdAt %s is read as %s', async (createdAt, expected) => {
  const deployment = await answerWith({ ...deploymentJson('clx1', 'SUCCESS'), createdAt });

  expect(deployment.createdAt).toBe(expected);
});

test.each([
  ['https://user:t0ken@github.com/o/r', 'https://github.com/o/r'],
  ['https://t0ken@github.com/o/r', 'https://github.com/o/r'],
  ['git@github.com:o/r.git', 'git@github.com:o/r.git'],
  ['https://github.com/o/r', 'https://github.com/o/r'],
])('credentials in a repository address %s stay out of messages', async (repoUrl, expected) => {
  const deployment = await answerWith({ ...deploymentJson('clx1', 'SUCCESS'), repoUrl });

  expect(deployment.repository.url).toBe(expected);
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
