import * as v from 'valibot';
import { isSecure } from './api-base-url';
import { readBody } from './body';
import type { Fetch } from './client';
import { isDeploymentId } from './deployment-id';

/** What to deploy. Source: Flightcontrol docs, Deploy Hooks. */
export interface DeployHookParameters {
  readonly branch?: string | undefined;
  /** Needs `branch`. */
  readonly commit?: string | undefined;
  /** Deploys every service, whatever its watch paths. */
  readonly force?: boolean | undefined;
}

/** The hook returned no deployment. The message never holds the hook's URL or any text of its answer. */
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

/** `success` as documented, and in its older form. */
const answerSchema = v.object({
  success: v.union([v.literal(true), v.literal('true')]),
  deploymentId: v.custom<string>(isDeploymentId),
});

/**
 * Checks the URL of a deploy hook. It is a credential, so the message does not quote it.
 *
 * @throws Error that says what is wrong
 */
export function parseDeployHookUrl(text: string): URL {
  const expected = 'expected the https URL that Flightcontrol shows for the deploy hook';
  if (text === '') throw new Error(`got nothing, ${expected}`);
  if (!URL.canParse(text)) throw new Error(`got text that is no URL, ${expected}`);
  const url = new URL(text);
  if (!isSecure(url)) throw new Error(`got a URL that is not https, ${expected}`);
  if (url.username || url.password) throw new Error(`got a URL with a user name or password, ${expected}`);
  return url;
}

/**
 * Calls a deploy hook once. It is a GET with a side effect, so it is never retried.
 *
 * @returns the deployment's id
 * @throws DeployHookError
 */
export async function callDeployHook(
  hookUrl: URL,
  parameters: DeployHookParameters,
  { fetch, timeoutMs }: { readonly fetch: Fetch; readonly timeoutMs: number },
): Promise<string> {
  const { status, body } = await exchange(withParameters(hookUrl, parameters), fetch, timeoutMs);
  if (status < 200 || status > 299) throw refusal(status);

  const answer = v.safeParse(answerSchema, body);
  if (answer.success) return answer.output.deploymentId;
  throw misunderstanding(status, body);
}

function withParameters(hookUrl: URL, { branch, commit, force }: DeployHookParameters): URL {
  const url = new URL(hookUrl);
  if (branch !== undefined) url.searchParams.set('branch', branch);
  if (commit !== undefined) url.searchParams.set('commit', commit);
  if (force) url.searchParams.set('force', 'true');
  return url;
}

/** @returns the answer; its body is undefined if it is not JSON */
async function exchange(url: URL, fetch: Fetch, timeoutMs: number): Promise<{ status: number; body: unknown }> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual', signal });
    return { status: response.status, body: parseJson(await readBody(response)) };
  } catch (error) {
    // The error itself may hold the URL.
    const what = signal.aborted
      ? `did not answer within ${timeoutMs / 1000} s`
      : `could not be reached${codeOf(error)}`;
    throw new DeployHookError(`The deploy hook ${what}; ${LOOK_FIRST}.`, true);
  }
}

/** Such as ` (ECONNREFUSED)`. A code holds no address. */
function codeOf(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } }).cause?.code;
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
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
const CHECK_URL = 'check its URL, and the branch and the commit, in Flightcontrol';

function refusal(status: number): DeployHookError {
  return status >= 500
    ? new DeployHookError(`The deploy hook answered ${status}; ${LOOK_FIRST}.`, true)
    : new DeployHookError(`The deploy hook answered ${status}, expected 200; ${CHECK_URL}.`, false);
}

function misunderstanding(status: number, body: unknown): DeployHookError {
  const got = `The deploy hook answered ${status}`;
  if (body === undefined) return new DeployHookError(`${got} with a body that is not JSON; ${CHECK_URL}.`, false);
  const { success } = (body ?? {}) as { success?: unknown };
  if (success === true || success === 'true') {
    return new DeployHookError(`${got} and success, but without a usable deploymentId; look into Flightcontrol.`, true);
  }
  return new DeployHookError(`${got} without success; ${CHECK_URL}.`, false);
}
