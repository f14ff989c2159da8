/** A request to a function URL, as far as it is read. Source: Lambda docs, Function URL request payload format. */
export interface WebhookRequest {
  readonly requestContext?: { readonly http?: { readonly method?: string } };
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** A delivery of GitHub whose signature has the right form and is still to be verified. */
export interface SignedDelivery {
  /** Its bytes are those that were signed. */
  readonly text: string;
  readonly signature: string;
  /** Name of the event. It is not covered by the signature. */
  readonly event: string;
  readonly contentType: string;
}

/** A delivery that cannot be taken. The message repeats nothing of it. */
export class RefusedDelivery extends Error {
  override readonly name = 'RefusedDelivery';

  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** An event about a deployment of 300 services has some 300 KB. Lambda itself takes at most 6 MB. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Source: GitHub docs, Validating webhook deliveries. */
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/** @throws RefusedDelivery */
export function readDelivery({ requestContext, headers = {}, body = '', ...rest }: WebhookRequest): SignedDelivery {
  if (requestContext?.http?.method !== 'POST') throw new RefusedDelivery(405, 'Only POST is accepted.');
  const encoding = rest.isBase64Encoded ? 'base64' : 'utf8';
  if (Buffer.byteLength(body, encoding) > MAX_BODY_BYTES) {
    throw new RefusedDelivery(413, 'The body is larger than 1 MiB.');
  }
  const signature = readHeader(headers, 'x-hub-signature-256');
  if (!SIGNATURE.test(signature)) throw new RefusedDelivery(401, 'The signature is missing.');
  const text = rest.isBase64Encoded ? decodeStrictly(body) : body;
  if (text === '') throw new RefusedDelivery(401, 'There is no body that could be signed.');
  return {
    text,
    signature,
    event: readHeader(headers, 'x-github-event'),
    contentType: readHeader(headers, 'content-type'),
  };
}

/** Lambda sends names in lower case; HTTP allows any. */
function readHeader(headers: Readonly<Record<string, string | undefined>>, name: string): string {
  const found = Object.entries(headers).find(([given]) => given.toLowerCase() === name);
  return found?.[1]?.trim() ?? '';
}

/** Keeps a byte order mark, so that the text has all the bytes that were signed. */
function decodeStrictly(base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    throw new RefusedDelivery(400, 'The body is not UTF-8 text.');
  }
}

/**
 * The event's body out of a delivery, which is JSON or, as GitHub's default, a form with a field `payload`.
 * Source: GitHub docs, Creating webhooks.
 *
 * @throws RefusedDelivery
 */
export function parseDelivery({ text, contentType }: SignedDelivery): unknown {
  try {
    return JSON.parse(readPayload(text, contentType));
  } catch (error) {
    if (error instanceof RefusedDelivery) throw error;
    throw new RefusedDelivery(400, 'The body is not JSON.');
  }
}

function readPayload(text: string, contentType: string): string {
  const [mediaType = ''] = contentType.toLowerCase().split(';');
  switch (mediaType.trim()) {
    case 'application/json':
      return text;
    case 'application/x-www-form-urlencoded':
      return new URLSearchParams(text).get('payload') ?? '';
    default:
      throw new RefusedDelivery(400, 'The content type must be application/json or application/x-www-form-urlencoded.');
  }
}
