import { readDeployment } from '../../lib/flightcontrol/deployment';
import { type Redact, redactorOf } from '../../lib/flightcontrol/redact';
import { deploymentJson } from '../../lib/local/flightcontrol-server';
import { makeRecord } from '../../lib/notification/record';

function addressOf(serviceDomain: unknown, redact?: Redact): string | undefined {
  const serviceDeployments = [{ service: { serviceName: 'web-api', serviceDomain }, status: 'SUCCESS' }];
  return readDeployment({ ...deploymentJson('clx1', 'SUCCESS'), serviceDeployments }, redact).services[0]?.url;
}

test.each([
  ['https://api.mydomain.com', 'https://api.mydomain.com'],
  ['https://api.mydomain.com/', 'https://api.mydomain.com'],
  ['  HTTPS://API.mydomain.com\n', 'https://api.mydomain.com'],
  ['http://api.mydomain.com:8080/v1/', 'http://api.mydomain.com:8080/v1/'],
  ['https://api.mydomain.com:443', 'https://api.mydomain.com'],
  ['api.mydomain.com', 'https://api.mydomain.com'],
  ['api.mydomain.com/v1', 'https://api.mydomain.com/v1'],
  ['https://api.mydomain.com/v1?token=t0ken#t0ken', 'https://api.mydomain.com/v1'],
  ['https://user:t0ken@api.mydomain.com', 'https://api.mydomain.com'],
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['https://münchen.example/straße', 'https://xn--mnchen-3ya.example/stra%C3%9Fe'],
  ['https://api.mydomain.com/a b', 'https://api.mydomain.com/a%20b'],
  ['https://api.mydomain.com/<b>"c', 'https://api.mydomain.com/%3Cb%3E%22c'],
  [`https://api.mydomain.com/?${'q'.repeat(1000)}`, 'https://api.mydomain.com'],
])('%j is shown as %s', (serviceDomain, expected) => {
  expect(addressOf(serviceDomain)).toBe(expected);
});

test.each([
  '',
  ' ',
  null,
  17,
  ['https://api.mydomain.com'],
  'web-api',
  'localhost',
  'https://',
  'https://.',
  'https:///api.mydomain.com',
  '//api.mydomain.com',
  'javascript:alert(1)',
  'javascript://api.mydomain.com/%0aalert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'ftp://api.mydomain.com',
  'file:///etc/passwd',
  'mailto:me@mydomain.com',
  'db.mydomain.com:5432',
  'user:t0ken@api.mydomain.com',
  'https://user:t0/ken@api.mydomain.com',
  'https://user:12?t0ken@api.mydomain.com',
  'https://user:t0\\ken@api.mydomain.com',
  'https://me@example.com:t0ken@api.mydomain.com',
  'https://api.mydomain.com\\@evil.example',
  'https://api.mydomain.com:99999',
  'https://api.mydomain.com/|x',
  'https://api.mydomain.com|evil',
  'https://api.mydomain.com/a)b',
  'https://api.mydomain.com>',
  'https://api.my\ndomain.com',
  'https://api.mydomain.com\u202e/moc',
  'https://api\u200b.mydomain.com',
  'https://[::1]:80',
  `https://api.mydomain.com/${'p'.repeat(200)}`,
  `https://api.mydomain.com/${'p'.repeat(1024 * 1024)}`,
])('%j is left out', (serviceDomain) => {
  expect(addressOf(serviceDomain)).toBeUndefined();
});

test.each(['https://KEY.mydomain.com', 'https://api.mydomain.com/KEY', 'KEY.mydomain.com', 'https://x.com/?k=KEY'])(
  '%s is left out: the key is in it',
  (serviceDomain) => {
    const key = 'fc_CANARY-7b1d9e4f2a';
    const redact = redactorOf(key);

    expect(addressOf(serviceDomain.replace('KEY', 'other-name'), redact)).toContain('https://');
    for (const form of [key, key.slice(2, -3), Buffer.from(key).toString('base64url')]) {
      expect(addressOf(serviceDomain.replace('KEY', form), redact)).toBeUndefined();
    }
  },
);

test('a host in full-width letters is left out if the key is in it', () => {
  const host = 'fc-canary7b1d9e4f2a'.replace(/[a-z0-9]/g, (character) =>
    String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0),
  );

  expect(addressOf(`https://${host}.com`)).toBe('https://fc-canary7b1d9e4f2a.com');
  expect(addressOf(`https://${host}.com`, redactorOf('fc-canary7b1d9e4f2a'))).toBeUndefined();
});

test.each(['https://', 'https://a.', 'a.', 'a@', 'https://a@', 'https://a/', '%', '-'])(
  '1 MiB of %j is read in less than a second',
  (part) => {
    const start = process.hrtime.bigint();

    addressOf(`${part.repeat(1024 * 1024)} end`);

    expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(1);
  },
);

test('one that would have to be cut in a small notification is left out there', () => {
  const url = `https://api.mydomain.com/${'p'.repeat(120)}`;
  const long = '\u6f22'.repeat(200);
  const facts = { executionArn: 'arn', startedAt: '2023-01-09T22:10:05.000Z', now: new Date() };
  const result = { outcome: 'FAILED' as const, phases: [], services: [{ name: long, url }], seenInProgress: true };

  expect(makeRecord(result, facts, 9_000).services).toEqual([{ name: long, url }]);
  expect(makeRecord(result, facts, 4_500).services).toEqual([{ name: expect.stringContaining('[...]') }]);
});
