import { parseApiBaseUrl } from '../../lib/flightcontrol/api-base-url';
import { createClient } from '../../lib/flightcontrol/client';
import { deploymentJson } from '../../lib/local/flightcontrol-server';

test.each([
  'https://app.flightcontrol.dev//api',
  'https://app.flightcontrol.dev//evil.example',
  'https://app.flightcontrol.dev/api//',
  'https://app.flightcontrol.dev/api//v1',
  'https://app.flightcontrol.dev/\\evil.example',
  'https://app.flightcontrol.dev\\@evil.example/api',
  'https:\\\\app.flightcontrol.dev/api',
  'https:app.flightcontrol.dev/api',
  'https:///app.flightcontrol.dev/api',
  'https://app.flightcontrol.dev/../api',
  'https://app.flightcontrol.dev/api/..',
  'https://app.flightcontrol.dev/./api',
  'https://app.flightcontrol.dev/%2e%2e/api',
  'https://app.flightcontrol.dev/api%2f..',
  'https://app.flightcontrol.dev/api%5c',
  'https://app.flightcontrol.dev/a\tpi',
  'https://app.flightcontrol.dev/api\n',
  ' https://app.flightcontrol.dev/api',
  'https://@app.flightcontrol.dev/api',
  'https://app.flightcontrol.dev/api?',
  'https://app.flightcontrol.dev/api#',
  'https://\u0430pp.flightcontrol.dev/api',
])('%j is refused: it may lead elsewhere than it seems to', (address) => {
  expect(() => parseApiBaseUrl(address)).toThrow(/^got /);
});

test.each([
  ['https://app.flightcontrol.dev/api', 'https://app.flightcontrol.dev/api'],
  ['https://app.flightcontrol.dev/api/', 'https://app.flightcontrol.dev/api/'],
  ['https://app.flightcontrol.dev', 'https://app.flightcontrol.dev/'],
  ['HTTPS://App.Flightcontrol.dev:8443/proxy.v2/~me/a-b_c', 'https://app.flightcontrol.dev:8443/proxy.v2/~me/a-b_c'],
  ['http://localhost:8080/api', 'http://localhost:8080/api'],
  ['http://[::1]:8080', 'http://[::1]:8080/'],
])('%s is accepted', (address, expected) => {
  expect(parseApiBaseUrl(address).href).toBe(expected);
});

test.each([
  ['the key', 'fc_CANARY_0123456789', 'got text of 20 characters, expected an https address'],
  ['a name and a key', 'fc:CANARY0123456789', 'got text of 19 characters'],
  ['credentials', 'https://me:CANARY@example.com', 'got an address on example.com with credentials'],
  ['a query', 'https://example.com/?token=CANARY', 'got an address on example.com with credentials, a query'],
  ['a long path', 'http://example.com/api/CANARY0123456789', 'got "http://example.com/...", expected an https address'],
  ['a deploy hook', 'https://example.com/api/deploy-hook/env/CANARY', 'got the address of a deploy hook'],
])('%s in place of the address is refused without being shown', (_, address, message) => {
  const parse = () => parseApiBaseUrl(address);

  expect(parse).toThrow(message);
  expect(parse).not.toThrow('CANARY');
});

test.each(['https://example.com/api/', 'https://example.com', 'https://example.com:8443/a/b'])(
  'with %s, the key is sent to that origin',
  async (apiBaseUrl) => {
    const asked: URL[] = [];
    const fetch = async (url: unknown) => {
      asked.push(url as URL);
      return Response.json(deploymentJson('clx1', 'SUCCESS'));
    };

    await createClient({ api: 'legacy', apiBaseUrl, fetch: fetch as typeof globalThis.fetch })('a-key-of-mine', 'clx1');

    expect(asked.map(String)).toEqual([`${apiBaseUrl.replace(/\/$/, '')}/deployments/clx1`]);
  },
);
