import { isSecure } from './api-base-url';
import { readBody } from './body';
import { isDeploymentId } from './deployment-id';
import { NotSentError, type SendGet } from './request-once';

/** What to deploy. Source: Flightcontrol docs, Deploy Hooks. */
export interface DeployHookParameters {
  readonly branch?: string | undefined;
  /** Needs `branch` or `pullRequest`. */
  readonly commit?: string | undefined;
  /** The number of a pull request, for the hook of a preview environment. Needs `commit`, and excludes `branch`. */
  readonly pullRequest?: string | undefined;
  /** Deploys every service, whatever its watch paths. */
  readonly force?: boolean | undefined;
}

/** The hook returned no deployment. The message never holds its URL, nor any text of its answer but an id. */
export class DeployHookError extends Error {
  override readonly name = 'DeployHookError';

  constructor(
    message: string,
    /** True if a deployment may have started in spite of the error. */
    readonly mayHaveStarted: boolean,
  ) {
    super(message);
  }
}

/** Milliseconds for the whole exchange, the body included. */
export const DEFAULT_HOOK_TIMEOUT_MS = 30_000;

/** A path that goes on after the environment's id and the secret, as a pasted one with a pull request and a commit. */
const COMPLETE_PREVIEW_HOOK = /\/deploy-hook\/[^/]+\/[^/]+\/[^/]/;

/**
 * Checks the URL of a deploy hook. It is a credential, so the message does not quote it.
 *
 * @param isPreview whether a pull request and a commit will be added to its path
 * @throws Error that says what is wrong
 */
export function parseDeployHookUrl(text: string, isPreview = false): URL {
  const expected = 'expected the https URL that Flightcontrol shows for the deploy hook';
  if (text === '') throw new Error(`got nothing, ${expected}`);
  if (!URL.canParse(text)) throw new Error(`got text that is no URL, ${expected}`);
  const url = new URL(text);
  if (!isSecure(url)) throw new Error(`got a URL that is not https, ${expected}`);
  if (url.username || url.password) throw new Error(`got a URL with a user name or password, ${expected}`);
  if (isPreview && COMPLETE_PREVIEW_HOOK.test(url.pathname)) {
    throw new Error(
      'got a URL that goes on after the secret, expected one that ends with it: the pull request and the commit are added',
    );
  }
  return url;
}

/**
 * Calls a deploy hook once. It is a GET with a side effect, so it is never retried: `fetch` must not do so either.
 *
 * @returns the deployment's id
 * @throws DeployHookError
 */
export async function callDeployHook(
  hookUrl: URL,
  parameters: DeployHookParameters,
  { fetch, timeoutMs }: { readonly fetch: SendGet; readonly timeoutMs: number },
): Promise<string> {
  const { status, body } = await exchange(addressOf(hookUrl, parameters), fetch, timeoutMs);
  if (status < 200 || status > 299) throw refusal(status);
  return readAnswer(status, body);
}

function addressOf(hookUrl: URL, { branch, commit, force, pullRequest }: DeployHookParameters): URL {
  const isPreview = pullRequest !== undefined && commit !== undefined;
  const url = isPreview ? previewAddressOf(hookUrl, pullRequest, commit) : new URL(hookUrl);
  const parameters = { ...(!isPreview && { branch, commit }), force: force ? 'true' : undefined };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** Pull request and commit are segments of the path. Source: Flightcontrol docs, Deploy Hooks. */
function previewAddressOf(hookUrl: URL, pullRequest: string, commit: string): URL {
  const url = new URL(hookUrl);
  const added = [pullRequest, commit].map(encodeURIComponent);
  url.pathname = [url.pathname.replace(/\/$/, ''), ...added].join('/');
  return url;
}

/** @returns the answer; its body is undefined if it is not JSON */
async function exchange(url: URL, fetch: SendGet, timeoutMs: number): Promise<{ status: number; body: unknown }> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual', signal });
    return { status: response.status, body: parseJson(await readBody(response)) };
  } catch (error) {
    const code = codeOf(error) ?? codeOf((error as { cause?: unknown }).cause) ?? 'no code';
    const isUnsent = error instanceof NotSentError || NEVER_CONNECTED.test(code);
    if (isUnsent) throw unsent(code);
    const what = signal.aborted ? `did not answer within ${timeoutMs / 1000} s` : `gave no complete answer (${code})`;
    throw new DeployHookError(`The deploy hook ${what}; ${LOOK_FIRST}.`, true);
  }
}

/** Errors of a connection that was never made. Source: Node.js docs, Common system errors. */
const NEVER_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_[A-Z]+)$/;

function unsent(code: string): DeployHookError {
  const message = `The deploy hook could not be reached (${code}); nothing was started. Check its URL and the network.`;
  return new DeployHookError(message, false);
}

/** The error itself may hold the URL; its code does not. */
function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : undefined;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

const LOOK_FIRST =
  'a deployment may have been started all the same, so look into Flightcontrol before you call it again';
const CALL_LATER = 'nothing was started; wait a minute, then call it again';
const CHECK_URL = 'check its URL, and the branch or pull request and the commit, in Flightcontrol';

/** Answers of a proxy that gave up while the hook may have gone on. */
const GAVE_UP = [408, 499];

function refusal(status: number): DeployHookError {
  if (status === 429) return new DeployHookError(`The deploy hook answered 429; ${CALL_LATER}.`, false);
  return status >= 500 || GAVE_UP.includes(status)
    ? new DeployHookError(`The deploy hook answered ${status}; ${LOOK_FIRST}.`, true)
    : new DeployHookError(`The deploy hook answered ${status}, expected 200; ${CHECK_URL}.`, false);
}

/** Documented is `success: true`, in an older form `"true"`. An id counts without it, but not against it. */
function readAnswer(status: number, body: unknown): string {
  const { success, deploymentId } = (body ?? {}) as { success?: unknown; deploymentId?: unknown };
  const isRefused = success === false || success === 'false';
  const answered = `The deploy hook answered ${status}`;
  if (!isDeploymentId(deploymentId)) {
    if (isRefused) throw new DeployHookError(`${answered} without success; ${CHECK_URL}.`, false);
    const what = body === undefined ? 'with a body that is too large or not JSON' : 'without a usable deploymentId';
    throw new DeployHookError(`${answered} ${what}; ${LOOK_FIRST}.`, true);
  }
  if (!isRefused) return deploymentId;
  throw new DeployHookError(
    `${answered} without success, but with the deployment ${deploymentId}; ${LOOK_FIRST}.`,
    true,
  );
}
