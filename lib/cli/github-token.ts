import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from './errors';
import type { Terminal } from './terminal';

export interface GitHubToken {
  readonly token: string;
  /** Where it is from, for messages. */
  readonly tokenSource: string;
}

const VARIABLES = ['GITHUB_TOKEN', 'GH_TOKEN'] as const;
const GH_TIMEOUT_MS = 10_000;

/** What a header may hold; the error of an unfit header would repeat it. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * The token in `GITHUB_TOKEN` or `GH_TOKEN`, or else the one that GitHub's own command line is signed in with.
 *
 * @param host of the website, such as `github.com`
 * @throws UsageError
 */
export async function readGitHubToken(host: string, { env }: Terminal): Promise<GitHubToken> {
  const variable = VARIABLES.find((name) => env[name]?.trim());
  const tokenSource = variable ?? 'gh auth token';
  const token = variable === undefined ? await askGh(host, env) : (env[variable] ?? '').trim();
  if (token === '')
    throw new UsageError(
      `There is no GitHub token: set GITHUB_TOKEN to one that may manage webhooks, or sign in with "gh auth login --hostname ${host}".`,
    );
  if (!TOKEN.test(token))
    throw new UsageError(`The token from ${tokenSource} holds characters that no token has: copy it again.`);
  return { token, tokenSource };
}

/** Without `gh`, or if nobody is signed in there, there is no token. */
async function askGh(host: string, env: Terminal['env']): Promise<string> {
  try {
    const options = { timeout: GH_TIMEOUT_MS, env: { ...env }, windowsHide: true };
    return (await promisify(execFile)('gh', ['auth', 'token', '--hostname', host], options)).stdout.trim();
  } catch {
    return '';
  }
}
