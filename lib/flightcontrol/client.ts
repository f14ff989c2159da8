import type { ApiGeneration } from '../contract/api-generations';
import { FLIGHTCONTROL_CALL } from '../contract/call-limits';
import { cutMiddle, messageOf, oneLine } from '../text';
import { apiBaseUrlOf } from './api-base-url';
import { readBody } from './body';
import { type Deployment, readDeployment } from './deployment';
import { parseAnswer } from './parse-answer';
import { type Redact, redactorOf } from './redact';

/** @internal Exported for the tests. */
export type Fetch = typeof fetch;

export type FlightcontrolProblem = 'key refused' | 'not found' | 'throttled' | 'unavailable' | 'not understood';

/** The API returned no deployment. The message says what was asked and what came back; it never holds the key. */
export class FlightcontrolError extends Error {
  override readonly name = 'FlightcontrolError';

  constructor(
    readonly problem: FlightcontrolProblem,
    message: string,
    /** How long to wait after a 429, in whole seconds, if the API said so. */
    readonly retryAfterSeconds?: number,
    /** Whether the answer said in JSON why, as the API does. Another server at this address may not. */
    readonly isExplained = false,
  ) {
    super(message);
  }
}

/**
 * Asks the API how a deployment is doing. Source: Flightcontrol docs, Get Deployment Information API.
 *
 * @throws FlightcontrolError
 */
export type GetDeployment = (apiKey: string, deploymentId: string) => Promise<Deployment>;

export interface ClientOptions {
  readonly api: ApiGeneration;
  /** @default - by `api` */
  readonly apiBaseUrl?: string | undefined;
  readonly fetch: Fetch;
  /** Milliseconds for the whole exchange, the body included. @default - the deployed function's */
  readonly timeoutMs?: number | undefined;
}

/** @throws Error if `apiBaseUrl` cannot be used */
export function createClient({ api, apiBaseUrl, fetch, timeoutMs }: ClientOptions): GetDeployment {
  const target: Target = {
    api,
    baseUrl: apiBaseUrlOf({ api, apiBaseUrl }),
    fetch,
    timeoutMs: timeoutMs ?? FLIGHTCONTROL_CALL.secondsPerAttempt * 1000,
  };
  return (apiKey, deploymentId) => getDeployment(target, apiKey, deploymentId);
}

interface Target {
  readonly api: ApiGeneration;
  readonly baseUrl: URL;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
}

async function getDeployment(target: Target, apiKey: string, deploymentId: string): Promise<Deployment> {
  const url = addressOf(target.baseUrl, deploymentId);
  const asked = `GET ${url.pathname}`;
  const redact = redactorOf(apiKey);
  const { response, body } = await exchange(target, url, apiKey, asked, redact);
  if (response.status < 200 || response.status > 299) throw refusal(response, asked, parseAnswer(body), redact);

  const answer = parseAnswer(body);
  if (answer === undefined) throw notUnderstood(`${asked}: ${response.status} with a body that is not JSON`);
  return readAnswer(answer, asked, deploymentId, redact);
}

/** In `new URL(path, base)`, a path that begins with `//` would be another host. */
function addressOf(baseUrl: URL, deploymentId: string): URL {
  const url = new URL(baseUrl);
  url.pathname = `${baseUrl.pathname.replace(/\/$/, '')}/deployments/${encodeURIComponent(deploymentId)}`;
  if (url.origin !== baseUrl.origin) throw new Error(`The key is for ${baseUrl.origin} only, not for ${url.origin}.`);
  return url;
}

async function exchange(
  target: Target,
  url: URL,
  apiKey: string,
  asked: string,
  redact: Redact,
): Promise<{ response: Response; body: string }> {
  const signal = AbortSignal.timeout(target.timeoutMs);
  try {
    const response = await target.fetch(url, {
      headers: {
        accept: 'application/json',
        authorization: target.api === 'v1' ? `Bearer ${apiKey}` : apiKey,
        'user-agent': 'flightwatch',
      },
      // Never followed: the key would be sent along.
      redirect: 'manual',
      signal,
    });
    const body = await readBody(response);
    if (body === undefined) throw notUnderstood(`${asked}: ${response.status} with more than 1 MiB`);
    return { response, body };
  } catch (error) {
    if (error instanceof FlightcontrolError) throw error;
    const timeout = `no complete answer within ${target.timeoutMs / 1000} s`;
    const reason = signal.aborted ? timeout : messageOf(error);
    throw new FlightcontrolError('unavailable', `${asked}: ${redact(reason)}`);
  }
}

function readAnswer(answer: unknown, asked: string, deploymentId: string, redact: Redact): Deployment {
  const deployment = readDeploymentOrExplain(answer, asked, redact);
  if (deployment.deploymentId !== deploymentId) {
    throw notUnderstood(`${asked}: the answer is about another deployment, ${deployment.deploymentId}`);
  }
  return deployment;
}

function readDeploymentOrExplain(answer: unknown, asked: string, redact: Redact): Deployment {
  try {
    return readDeployment(answer, redact);
  } catch (error) {
    throw notUnderstood(`${asked}: ${messageOf(error)}`);
  }
}

function refusal(response: Response, asked: string, body: unknown, redact: Redact): FlightcontrolError {
  const { status } = response;
  const explanation = explanationIn(body, redact);
  const said = `${asked}: ${status}${explanation}`;
  // The body is not quoted: it may repeat the key.
  if (status === 401 || status === 403) return new FlightcontrolError('key refused', `${asked}: ${status}`);
  if (status === 404) return new FlightcontrolError('not found', said, undefined, explanation !== '');
  if (status === 429) return new FlightcontrolError('throttled', said, readRetryAfter(response.headers));
  if (status === 408 || status >= 500) return new FlightcontrolError('unavailable', said);
  if (status >= 300 && status < 400) return notUnderstood(`${asked}: ${status}, a redirect, which is not followed`);
  return notUnderstood(said);
}

function explanationIn(body: unknown, redact: Redact): string {
  if (typeof body !== 'object' || body === null) return '';
  const { error, message } = body as { error?: unknown; message?: unknown };
  const texts = [error, message].filter((text): text is string => typeof text === 'string' && text !== '');
  return texts.length === 0 ? '' : ` ${cutMiddle(redact(oneLine(texts.join(': '))), 200)}`;
}

/** Seconds or an HTTP date; anything else is ignored. Source: RFC 9110, 10.2.3. */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const time = Date.parse(value);
  const seconds = Math.ceil((time - Date.parse(headers.get('date') ?? '')) / 1000);
  // `Date` reads February 31 as March 3.
  return new Date(time).toUTCString() === value && seconds > 0 ? seconds : undefined;
}

function notUnderstood(message: string): FlightcontrolError {
  return new FlightcontrolError('not understood', message);
}
