/** The value of the stack's own secret until somebody sets the key. */
export const PLACEHOLDER_API_KEY = 'replace-me';

const PLACEHOLDERS = /^(<.*>|(replace|change|set|insert)[-_ ]?(me|this)|todo|placeholder|your[-_ ].*|x{3,})$/i;

/**
 * There is no API key to ask with. The message says why and never quotes the secret's value.
 *
 * `unusable`: the secret or its value has to be corrected. `unavailable`: the secret cannot be read at the moment.
 */
export class ApiKeyError extends Error {
  override readonly name = 'ApiKeyError';

  constructor(
    message: string,
    readonly problem: 'unusable' | 'unavailable' = 'unusable',
  ) {
    super(message);
  }
}

/**
 * Reads the API key out of a secret's value: the bare key, or a JSON object with the key under `apiKey`. White space and
 * a leading `Bearer ` are ignored: what the API wants in front of the key is up to the client.
 *
 * @throws ApiKeyError
 */
export function readApiKey(secretValue: string | undefined): string {
  const key = unwrap((secretValue ?? '').trim())
    .trim()
    .replace(/^Bearer(\s+|$)/i, '');
  if (key === '') throw new ApiKeyError('is empty');
  if (PLACEHOLDERS.test(key)) throw new ApiKeyError('still holds a placeholder');
  // Any other character in a header causes an error whose message contains the value.
  if (!/^[\x20-\x7e]+$/.test(key)) {
    throw new ApiKeyError('holds a line break or another character that cannot be part of an API key');
  }
  return key;
}

function unwrap(value: string): string {
  if (!value.startsWith('{')) return value;
  const key = parseObject(value)?.apiKey;
  if (typeof key !== 'string') throw new ApiKeyError('is a JSON object without text under "apiKey"');
  return key;
}

function parseObject(value: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(value) as Record<string, unknown>;
  } catch {
    // The error of JSON.parse quotes the value, and so the key.
    throw new ApiKeyError('begins like a JSON object but is not valid JSON');
  }
}
