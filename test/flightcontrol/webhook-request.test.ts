import { parseDelivery, readDelivery, type WebhookRequest } from '../../lib/flightcontrol/webhook-request';

const SIGNATURE = `sha256=${'0'.repeat(64)}`;

function request(more: Partial<WebhookRequest> = {}, headers: object = {}): WebhookRequest {
  return {
    requestContext: { http: { method: 'POST' } },
    headers: { 'x-hub-signature-256': SIGNATURE, 'x-github-event': 'ping', ...headers },
    body: '{}',
    ...more,
  };
}

function base64(bytes: string | Uint8Array): Partial<WebhookRequest> {
  return { body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true };
}

test('a delivery has its text, its signature, the name of its event and its content type', () => {
  const headers = { 'X-Hub-Signature-256': SIGNATURE, 'X-GitHub-Event': 'deployment', 'Content-Type': 'text/plain' };

  expect(readDelivery({ ...request(), headers })).toEqual({
    text: '{}',
    signature: SIGNATURE,
    event: 'deployment',
    contentType: 'text/plain',
  });
});

test.each(['{"a":"é ✨"}', '\ufeff{}', '{"a":"\u0000"}'])('the text of a base64 body has the bytes of %j', (text) => {
  expect(readDelivery(request(base64(text))).text).toBe(text);
});

test.each<[string, number, WebhookRequest]>([
  ['an empty request', 405, {}],
  ['GET', 405, request({ requestContext: { http: { method: 'GET' } } })],
  ['more than 1 MiB', 413, request({ body: 'a'.repeat(1024 * 1024 + 1) })],
  ['more than 1 MiB in base64', 413, request(base64('a'.repeat(1024 * 1024 + 1)))],
  ['more than 1 MiB in characters of several bytes', 413, request({ body: '✨'.repeat(400_000) })],
  ['no header', 401, { ...request(), headers: {} }],
  ['an empty signature', 401, request({}, { 'x-hub-signature-256': '' })],
  ['a signature by SHA-1', 401, request({}, { 'x-hub-signature-256': `sha1=${'0'.repeat(40)}` })],
  ['a signature that is too short', 401, request({}, { 'x-hub-signature-256': 'sha256=00' })],
  ['no body', 401, { ...request(), body: '' }],
  ['bytes that are no UTF-8', 400, request(base64(new Uint8Array([0x7b, 0xff, 0x7d])))],
])('%s is refused with %d', (_, statusCode, refused) => {
  expect(() => readDelivery(refused)).toThrow(expect.objectContaining({ name: 'RefusedDelivery', statusCode }));
});

test('1 MiB is taken, in base64 too', () => {
  const text = 'a'.repeat(1024 * 1024);

  expect(readDelivery(request({ body: text })).text).toHaveLength(text.length);
  expect(readDelivery(request(base64(text))).text).toHaveLength(text.length);
});

describe('the body of an event', () => {
  const parse = (text: string, contentType: string) =>
    parseDelivery({ text, contentType, signature: SIGNATURE, event: 'deployment' });
  const form = (json: string) => new URLSearchParams({ payload: json }).toString();

  test.each([
    ['application/json', '{"a":"ä&b=%"}'],
    ['application/json; charset=utf-8', '{"a":"ä&b=%"}'],
    ['Application/X-WWW-Form-Urlencoded', form('{"a":"ä&b=%"}')],
  ])('is read from %s', (contentType, text) => {
    expect(parse(text, contentType)).toEqual({ a: 'ä&b=%' });
  });

  test.each([
    ['text/plain', '{}', 'The content type must be application/json or application/x-www-form-urlencoded.'],
    ['', '{}', 'The content type must be'],
    ['application/json', '{"CANARY":', 'The body is not JSON.'],
    ['application/json', '\ufeff{}', 'The body is not JSON.'],
    ['application/json', form('{}'), 'The body is not JSON.'],
    ['application/x-www-form-urlencoded', '{"a":1}', 'The body is not JSON.'],
    ['application/x-www-form-urlencoded', form('CANARY'), 'The body is not JSON.'],
  ])('cannot be read from %s %j', (contentType, text, message) => {
    expect(() => parse(text, contentType)).toThrow(expect.objectContaining({ statusCode: 400 }));
    expect(() => parse(text, contentType)).toThrow(message);
  });
});
