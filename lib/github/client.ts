import { request } from '@octokit/request';
import { readBody } from '../flightcontrol/body';
import { redactorOf } from '../flightcontrol/redact';
import { oneLine } from '../text';
import { explainRefusal, GitHubError, type Refusal } from './github-error';
import type { Target } from './target';

export interface Access {
  readonly target: Target;
  readonly apiUrl: URL;
  readonly token: string;
  /** Where the token is from, such as `GITHUB_TOKEN`, for messages. */
  readonly tokenSource: string;
}

export interface Answer {
  readonly data: unknown;
  readonly headers: Refusal['headers'];
}

/**
 * Calls GitHub's API once.
 *
 * @param route such as `GET /repos/{owner}/{repo}/hooks`
 * @param secret a webhook's secret among the parameters, which no message may repeat
 * @throws GitHubError
 */
export type CallGitHub = (route: string, parameters: object, secret?: string) => Promise<Answer>;

const SECONDS_PER_CALL = 15;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** The token goes to the address that was set and nowhere else: redirects are not followed. Nothing is repeated. */
export function createGitHubClient({ apiUrl, token, tokenSource, target }: Access): CallGitHub {
  const send = request.defaults({
    baseUrl: apiUrl.href.replace(/\/+$/, ''),
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'flightwatch',
      'x-github-api-version': '2022-11-28',
    },
  });
  return async (route, parameters, secret) => {
    const refusal = await exchange(apiUrl.host, () => send(route, { ...parameters, request: transport() }));
    if (refusal.status < 300) return refusal;
    const redactors = [token, secret].filter((text) => text !== undefined).map(redactorOf);
    const redact = (text: string) => redactors.reduce((redacted, remove) => remove(redacted), text);
    throw explainRefusal(refusal, { target, tokenSource, redact });
  };
}

function transport() {
  const signal = AbortSignal.timeout(SECONDS_PER_CALL * 1000);
  return { fetch: fetchWhole, redirect: 'manual', signal, log: SILENT } as const;
}

/** Reads the body here, so that a broken or endless one is an error, and within the time-out. */
async function fetchWhole(...args: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...args);
  const body = await readBody(response);
  if (body === undefined) throw new Error('the answer has more than 1 MiB');
  const { status, statusText, headers } = response;
  return new Response(body === '' ? null : body, { status, statusText, headers });
}

/** An error of the library holds the request, with the webhook's secret: it is never passed on. */
async function exchange(host: string, send: () => Promise<Refusal>): Promise<Refusal> {
  try {
    return await send();
  } catch (error) {
    const { response } = error as { response?: Refusal };
    if (response !== undefined) return response;
    throw explainNoAnswer(host, error);
  }
}

function explainNoAnswer(host: string, error: unknown): GitHubError {
  const causes = causesOf(error);
  const code = causes.map((cause) => cause.code).find(isCode);
  const isLate = causes.some(({ name }) => name === 'TimeoutError');
  if (code !== undefined && /CERT|SIGNED|SIGNATURE/.test(code)) {
    const advice = 'set NODE_EXTRA_CA_CERTS to the certificate of its authority';
    return new GitHubError(`The certificate of GitHub (${host}) is not trusted (${code}): ${advice}.`, false);
  }
  const what = isLate ? `did not answer within ${SECONDS_PER_CALL} s` : describeFailure(code, causes);
  const advice = 'check the network and GITHUB_API_URL, then run the command again';
  return new GitHubError(`GitHub (${host}) ${what}: ${advice}.`, true);
}

function describeFailure(code: string | undefined, causes: readonly Cause[]): string {
  const reason = code ?? oneLine(causes.at(-1)?.message ?? 'no reason is known');
  const wasReached = code === undefined || code.startsWith('Z_');
  return wasReached ? `gave no answer that can be read (${reason})` : `cannot be reached (${reason})`;
}

interface Cause {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly cause?: unknown;
}

function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  for (let cause = error; typeof cause === 'object' && cause !== null && causes.length < MAX_CAUSES; ) {
    causes.push(cause);
    cause = (cause as Cause).cause;
  }
  return causes;
}

/** An error may be its own cause. */
const MAX_CAUSES = 5;

function isCode(code: unknown): code is string {
  return typeof code === 'string' && /^[A-Z][A-Z\d_]{2,60}$/.test(code);
}
