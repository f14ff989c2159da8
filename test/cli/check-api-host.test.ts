import * as dns from 'node:dns/promises';
import { checkApiHost } from '../../lib/cli/check-api-host';
import { UsageError } from '../../lib/cli/errors';
import { fakeTerminal } from './fake-terminal';

jest.mock('node:dns/promises', () => ({ lookup: jest.fn() }));
const lookup = jest.mocked(dns.lookup);

function check(apiBaseUrl?: string, env: Record<string, string> = {}): Promise<void> {
  return checkApiHost({ api: 'legacy', apiBaseUrl }, { ...fakeTerminal().terminal, env });
}

function failWith(code: string): void {
  lookup.mockRejectedValue(Object.assign(new Error(`getaddrinfo ${code}`), { code }));
}

beforeEach(() => {
  lookup.mockReset();
});

test('a host that does not exist is wrong usage, in one sentence that names the host only', async () => {
  failWith('ENOTFOUND');

  const checking = check('https://api.flightcontrol.example/CANARY');

  await expect(checking).rejects.toThrow(UsageError);
  await expect(checking).rejects.toThrow(
    'The host api.flightcontrol.example of the API does not exist: check --api-base-url and the network.',
  );
});

test('without an address of its own, the network is to be checked', async () => {
  failWith('ENOTFOUND');

  await expect(check()).rejects.toThrow('The host app.flightcontrol.dev of the API does not exist: check the network.');
});

test.each(['EAI_AGAIN', 'ETIMEOUT', 'ESERVFAIL'])('%s may pass, so the watch begins', async (code) => {
  failWith(code);

  await expect(check()).resolves.toBeUndefined();
});

test('a host that exists is looked up once', async () => {
  lookup.mockResolvedValue({ address: '192.0.2.1', family: 4 });

  await check('https://api.example.com/v1');

  expect(lookup.mock.calls).toEqual([['api.example.com']]);
});

test.each(['http://127.0.0.1:8080', 'http://[::1]:8080', 'https://192.0.2.1/api'])(
  'an IP address is not looked up: %s',
  async (apiBaseUrl) => {
    await check(apiBaseUrl);

    expect(lookup).not.toHaveBeenCalled();
  },
);

test('behind a proxy, which looks names up itself, the host is not looked up', async () => {
  await check('https://api.example.com/v1', { NODE_USE_ENV_PROXY: '1' });
  await check('https://api.example.com/v1', { NODE_OPTIONS: '--trace-warnings --use-env-proxy' });

  expect(lookup).not.toHaveBeenCalled();
});
