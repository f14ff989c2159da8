import { readApiKey } from '../../lib/flightcontrol/api-key';

test.each([
  'fc_key_0123',
  ' fc_key_0123\n',
  'Bearer fc_key_0123',
  '\tbearer   fc_key_0123 ',
  '{"apiKey":"fc_key_0123"}',
  ' {"apiKey": " Bearer fc_key_0123\\n", "owner": "ops"} ',
])('the key is read out of %j', (value) => {
  expect(readApiKey(value)).toBe('fc_key_0123');
});

test.each([
  ['Bearer', 'is empty'],
  ['Bearer ', 'is empty'],
  ['{"apiKey":"Bearer "}', 'is empty'],
  ['Bearer replace-me', 'still holds a placeholder'],
  ['Bearer <key>', 'still holds a placeholder'],
])('%j holds no key', (value, message) => {
  expect(() => readApiKey(value)).toThrow(message);
});

test('a key that begins with the word Bearer is kept', () => {
  expect(readApiKey('BearerToken-0123')).toBe('BearerToken-0123');
});
