import { writeCommand } from './commands';
import { isCommitHash, linkChanges } from './links';
import type { NotificationRecord } from './record';

/** What differs between the last success and this deployment. */
type Changes =
  | { readonly kind: 'none' }
  /** Both commits in full; `link` if the host of the repository is known. */
  | { readonly kind: 'some'; readonly from: string; readonly to: string; readonly link?: string };

/** The changes that are in the deployment and were not in the last success; undefined if a commit is unknown. */
export function changesSinceLastSuccess({ history, repository = {} }: NotificationRecord): Changes | undefined {
  const from = history?.lastSuccess?.commit;
  const to = repository.commit;
  if (!from || !to) return undefined;
  if (from === to) return { kind: 'none' };
  const link = linkChanges(repository.url, from, to);
  return { kind: 'some', from, to, ...(link !== undefined && { link }) };
}

/** No shell reads anything else than text into these, and no option begins like them. A branch may hold anything. */
const SAFE_BRANCH = /^[A-Za-z0-9][\w./+-]*$/;

/** In the command for a preview environment, which the reader has to replace. */
const PULL_REQUEST = 'NUMBER';

/** What the reader has to replace in the command; empty if it can be run as it is. */
export function describeNumber({ environment }: NotificationRecord): string {
  return environment?.preview ? `, with the number of the pull request instead of ${PULL_REQUEST}` : '';
}

/**
 * The command that deploys the last success again; it asks for the deploy hook, which must not get into the history of
 * a shell. It is pasted into one, so undefined if commit or branch hold anything that a shell could read as more than
 * text.
 */
export function redeployCommand({ history, environment, executionArn }: NotificationRecord): string | undefined {
  const { commit = '', branch = '' } = history?.lastSuccess ?? {};
  // What this deployment would advise may undo a later one.
  if (!isCommitHash(commit) || history?.supersededBy !== undefined) return undefined;
  if (!environment?.preview && !SAFE_BRANCH.test(branch)) return undefined;
  const source = environment?.preview ? `--pull-request ${PULL_REQUEST}` : `--branch ${branch}`;
  return writeCommand(`trigger --hook-url-stdin ${source} --commit ${commit}`, executionArn);
}
