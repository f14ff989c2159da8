import { apiUrlFor, parseGitHubApiUrl, websiteHostOf } from '../../lib/github/api-url';
import { nameOf, parseTarget } from '../../lib/github/target';

test.each([
  ['acme/web', 'acme/web', undefined],
  ['Acme-Inc/web.api_2', 'Acme-Inc/web.api_2', undefined],
  ['acme/web.git', 'acme/web', undefined],
  ['octocat_acme/web', 'octocat_acme/web', undefined],
  ['https://github.com/acme/web', 'acme/web', 'github.com'],
  ['https://github.com/acme/web/', 'acme/web', 'github.com'],
  ['https://GitHub.com/acme/web.git', 'acme/web', 'github.com'],
  ['https://github.example.com:8443/acme/web', 'acme/web', 'github.example.com:8443'],
  ['git@github.com:acme/web.git', 'acme/web', 'github.com'],
  ['ssh://git@github.com/acme/web.git', 'acme/web', 'github.com'],
  ['https://www.github.com/acme/web', 'acme/web', 'github.com'],
  ['ssh://git@github.com:22/acme/web.git', 'acme/web', 'github.com'],
  ['acme', 'acme', undefined],
])('%s is %s', (text, name, host) => {
  const target = parseTarget(text);

  expect(target && nameOf(target)).toBe(name);
  expect(target?.host).toBe(host);
});

test.each([
  '',
  'acme/',
  '/web',
  'acme/web/hooks',
  'acme/..',
  'acme/.',
  '../web',
  'acme/web?x',
  'acme web',
  'ac\nme',
  'http://github.com/acme/web',
  'https://me:secret@github.com/acme/web',
  'https://github.com/acme',
  'ghp_0123456789012345678901234567890123456',
  '0123456789abcdef0123456789abcdef01234567',
])('%j is neither a repository nor an organisation', (text) => {
  expect(parseTarget(text)).toBeUndefined();
});

test.each([
  ['https://api.github.com', 'github.com'],
  ['https://api.acme.ghe.com', 'acme.ghe.com'],
  ['https://github.example.com/api/v3', 'github.example.com'],
  ['http://127.0.0.1:8080/api/v3', '127.0.0.1:8080'],
])('the website of the API %s is %s', (apiUrl, host) => {
  expect(websiteHostOf(parseGitHubApiUrl(apiUrl))).toBe(host);
});

test.each(['https://api.github.com', 'https://api.acme.ghe.com', 'https://github.example.com/api/v3'])(
  'the API %s is found from its website',
  (apiUrl) => {
    expect(apiUrlFor(websiteHostOf(new URL(apiUrl)))).toBe(apiUrl);
  },
);

test.each([
  ['http://github.example.com/api/v3', 'got an address on github.example.com that is not https'],
  ['https://me:CANARY@github.example.com', 'got an address on github.example.com with credentials'],
  ['https://github.example.com/api/v3?token=CANARY', 'with credentials, a query or a fragment'],
  ['ghp_CANARY_0123456789', 'got text of 21 characters'],
  ['file:///etc/passwd', 'got an address'],
])('the address %s of the API is refused, and no credential is repeated', (text, message) => {
  const parse = () => parseGitHubApiUrl(text);

  expect(parse).toThrow(message);
  expect(parse).not.toThrow('CANARY');
});
