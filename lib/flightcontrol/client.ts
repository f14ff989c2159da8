import type { ApiGeneration } from '../contract/api-generations';
import { FLIGHTCONTROL_CALL } from '../contract/call-limits';
import { cutMiddle, messageOf, oneLine } from '../text';
import { apiBaseUrlOf } from './api-base-url';
import { readBody } from './body';
import { type Deployment, readDeployment } from './deployment';

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

/** A shorter key could be part of an ordinary word, so it is not redacted in answers. */
const SHORTEST_REDACTED_KEY = 8;

async function getDeployment(target: Target, apiKey: string, deploymentId: string): Promise<Deployment> {
  const path = `${target.baseUrl.pathname.replace(/\/$/, '')}/deployments/${encodeURIComponent(deploymentId)}`;
  const asked = `GET ${path}`;
  const signal = AbortSignal.timeout(target.timeoutMs);
  const { response, body } = await exchange(target, new URL(path, target.baseUrl), apiKey, signal, asked);
  if (response.status < 200 || response.status > 299) throw refusal(response, asked, parseJson(body, apiKey));

  const answer = parseJson(body, apiKey);
  if (answer === undefined) throw notUnderstood(`${asked}: ${response.status} with a body that is not JSON`);
  return readAnswer(answer, asked, deploymentId);
}

async function exchange(
  target: Target,
  url: URL,
  apiKey: string,
  signal: AbortSignal,
  asked: string,
): Promise<{ response: Response; body: string }> {
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
    throw new FlightcontrolError('unavailable', `${asked}: ${redact(reason, apiKey)}`);
  }
}

function readAnswer(answer: unknown, asked: string, deploymentId: string): Deployment {
  const deployment = readDeploymentOrExplain(answer, asked);
  if (deployment.deploymentId !== deploymentId) {
    throw notUnderstood(`${asked}: the answer is about another deployment, ${deployment.deploymentId}`);
  }
  return deployment;
}

function readDeploymentOrExplain(answer: unknown, asked: string): Deployment {
  try {
    return readDeployment(answer);
  } catch (error) {
    throw notUnderstood(`${asked}: ${messageOf(error)}`);
  }
}

function refusal(response: Response, asked: string, body: unknown): FlightcontrolError {
  const { status } = response;
  const said = `${asked}: ${status}${explanationIn(body)}`;
  // The body is not quoted: it may repeat the key.
  if (status === 401 || status === 403) return new FlightcontrolError('key refused', `${asked}: ${status}`);
  if (status === 404) return new FlightcontrolError('not found', said);
  if (status === 429) return new FlightcontrolError('throttled', said, readRetryAfter(response.headers));
  if (status === 408 || status >= 500) return new FlightcontrolError('unavailable', said);
  if (status >= 300 && status < 400) return notUnderstood(`${asked}: ${status}, a redirect, which is not followed`);
  return notUnderstood(said);
}

function explanationIn(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const { error, message } = body as { error?: unknown; message?: unknown };
  const texts = [error, message].filter((text): text is string => typeof text === 'string' && text !== '');
  return texts.length === 0 ? '' : ` ${cutMiddle(oneLine(texts.join(': ')), 200)}`;
}

/** Seconds or an HTTP date; anything else is ignored. Source: RFC 9110, 10.2.3. */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const seconds = Math.ceil((Date.parse(value) - Date.parse(headers.get('date') ?? '')) / 1000);
  return /^[A-Z][a-z]{2}, /.test(value) && seconds > 0 ? seconds : undefined;
}

/** The JSON of a body, with the key redacted wherever the API repeats it; undefined if it is not JSON. */
function parseJson(body: string, apiKey: string): unknown {
  try {
    return JSON.parse(body, (_, value: unknown) => redactValue(value, apiKey));
  } catch {
    // The error of JSON.parse quotes the body.
    return undefined;
  }
}

/** After parsing, so that no escape hides the key. Field names may hold it, too. */
function redactValue(value: unknown, apiKey: string): unknown {
  if (typeof value === 'string') return redact(value, apiKey);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [redact(name, apiKey), item]));
}

function redact(text: string, apiKey: string): string {
  return apiKey.length < SHORTEST_REDACTED_KEY ? text : text.replaceAll(apiKey, '[redacted]');
}

function notUnderstood(message: string): FlightcontrolError {
  return new FlightcontrolError('not understood', message);
}
