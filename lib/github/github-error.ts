import { cutMiddle, oneLine } from '../text';
import { nameOf, type Target } from './target';

/** A call that GitHub refused, or that did not reach it. Its message is one sentence; it holds no token and no secret. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';

  constructor(
    message: string,
    /** True if the same call may succeed later. */
    readonly mayPass: boolean,
    /** Of GitHub's answer, if there was one. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** An answer of GitHub that is no success. */
export interface Refusal {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

export interface Caller {
  readonly target: Target;
  /** Where the token is from, such as `GITHUB_TOKEN`. */
  readonly tokenSource: string;
  /** Removes the token and the webhook's secret from GitHub's words. */
  readonly redact: (text: string) => string;
}

/** Says what GitHub's refusal means, and what to do about it. */
export function explainRefusal(refusal: Refusal, caller: Caller): GitHubError {
  const { status } = refusal;
  const answer = `${status} ${messageIn(refusal.data, caller.redact)}`.trim();
  if (isRateLimit(refusal)) return new GitHubError(explainRateLimit(refusal, answer), true, status);
  if (status >= 500) return new GitHubError(`GitHub failed (${answer}): try again later.`, true, status);
  return new GitHubError(explain(answer, refusal, caller), false, status);
}

function explain(answer: string, refusal: Refusal, caller: Caller): string {
  const { status } = refusal;
  const name = nameOf(caller.target);
  if (status === 401)
    return `GitHub rejected the token from ${caller.tokenSource} (${answer}): it is wrong, expired or revoked. Create a new one.`;
  if (status === 403) return explainForbidden(answer, refusal, caller);
  if (status === 404) return explainNotFound(answer, refusal, caller);
  if (status === 422) return `GitHub rejected the webhook of ${name} (${answer}).`;
  if (MOVED.includes(status))
    return `${name} has been renamed or moved (${answer}): use its present name, which its page on GitHub shows.`;
  const advice = status < 400 ? ': check GITHUB_API_URL' : '';
  return `GitHub refused the call for the webhooks of ${name} (${answer})${advice}.`;
}

/** Source: GitHub docs, REST API, Following redirects. */
const MOVED: readonly number[] = [301, 307, 308];

const MAX_MESSAGE_CHARACTERS = 300;

/** GitHub's own messages: the general one, and those about fields. Redacted before they are cut: half a token is one. */
function messageIn(data: unknown, redact = (text: string) => text): string {
  const { message, errors } = (data ?? {}) as { message?: unknown; errors?: unknown };
  const details = Array.isArray(errors) ? errors.slice(0, 5).map(detailIn) : [];
  const texts = [message, ...details].filter((text): text is string => typeof text === 'string' && text !== '');
  return cutMiddle(redact(oneLine(texts.join(': '))), MAX_MESSAGE_CHARACTERS).replace(/\.$/, '');
}

/** Source: GitHub docs, REST API, Client errors: a text, or an object with a message, or with a field and a code. */
function detailIn(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const { message, field, code } = error as { message?: unknown; field?: unknown; code?: unknown };
  return message ?? [field, code].filter((text) => typeof text === 'string').join(' ');
}

/** Source: GitHub docs, Rate limits for the REST API. */
function isRateLimit({ status, headers, data }: Refusal): boolean {
  if (status === 429) return true;
  const isSpent = headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
  return status === 403 && (isSpent || /secondary rate limit/i.test(messageIn(data)));
}

function explainRateLimit({ headers }: Refusal, answer: string): string {
  const reset = new Date(Number(headers['x-ratelimit-reset']) * 1000);
  const after = Number(headers['retry-after']);
  const isDated = headers['x-ratelimit-remaining'] === '0' && !Number.isNaN(reset.getTime());
  const later = isDated ? `after ${reset.toISOString().slice(11, 16)} UTC` : 'in a few minutes';
  const when = after > 0 ? `in ${after} seconds` : later;
  return `GitHub's rate limit is reached (${answer}): try again ${when}.`;
}

/** Source: GitHub docs, REST API endpoints for repository and organization webhooks. */
function permissionFor({ repo }: Target) {
  return repo === undefined
    ? { scopes: ['admin:org_hook'], permission: 'the organization permission "Webhooks: read and write"' }
    : { scopes: ['admin:repo_hook', 'repo'], permission: 'the repository permission "Webhooks: read and write"' };
}

function explainForbidden(answer: string, { headers, data }: Refusal, caller: Caller): string {
  const start = `The token from ${caller.tokenSource} may not manage the webhooks of ${nameOf(caller.target)} (${answer})`;
  if (headers['x-github-sso'] !== undefined || /\bSAML\b/.test(messageIn(data)))
    return `${start}: authorise it for the organisation's single sign-on, in GitHub's settings of the token.`;
  if (/by integration/.test(messageIn(data)))
    return `${start}: the token of a GitHub Actions job never may. Use a personal access token.`;
  return `${start}: ${advise(headers, caller)}.`;
}

/** Such as `admin:org_hook`; a token is no scope. */
const SCOPE = /^[a-z]{1,20}(:[a-z_]{1,20})?$/;

/** What the token lacks. For a classic token, GitHub lists its scopes in a header. */
function advise(headers: Refusal['headers'], { target }: Caller): string {
  const { scopes, permission } = permissionFor(target);
  const scope = `the scope ${scopes[0]}`;
  const given = headers['x-oauth-scopes'];
  if (given !== undefined) {
    const has = String(given)
      .split(/[,\s]+/)
      .filter((name) => SCOPE.test(name));
    if (scopes.some((enough) => has.includes(enough))) return 'use the token of an administrator';
    return `give it ${scope} (it has: ${has.join(', ') || 'none'})`;
  }
  if (headers['x-accepted-github-permissions'] !== undefined) return `give it ${permission}`;
  return `give it ${permission} (fine-grained token) or ${scope} (classic token)`;
}

/** GitHub answers 404 also where it does not want to say that something exists. */
function explainNotFound(answer: string, { headers }: Refusal, caller: Caller): string {
  const { owner, repo } = caller.target;
  const what = repo === undefined ? `organisation ${owner}` : `repository ${owner}/${repo}`;
  const names = repo === undefined ? 'the name (a user has no such webhooks, only repositories)' : 'the name';
  return `GitHub knows no ${what}, or the token from ${caller.tokenSource} may not manage its webhooks (${answer}): check ${names}, and the token: ${advise(headers, caller)}.`;
}
