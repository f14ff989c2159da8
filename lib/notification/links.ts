import { parse, validate } from '@aws-sdk/util-arn-parser';
import { cutMiddle } from '../text';

export interface RepositoryLinks {
  /** For people: `owner/name`. */
  readonly name: string;
  readonly branch?: string;
  readonly commit?: string;
}

const HOSTS = [
  {
    host: /^(www\.)?github\.com$/,
    branch: 'tree',
    commit: 'commit',
    compare: (from: string, to: string) => `compare/${from}...${to}`,
  },
  {
    host: /^(www\.)?gitlab\.com$/,
    branch: '-/tree',
    commit: '-/commit',
    compare: (from: string, to: string) => `-/compare/${from}...${to}`,
  },
  {
    host: /^(www\.)?bitbucket\.org$/,
    branch: 'branch',
    commit: 'commits',
    // Bitbucket's own page separates the two by a carriage return, the newer one first.
    compare: (from: string, to: string) => `branches/compare/${to}%0D${from}`,
  },
] as const;

/** Whole or abbreviated. */
export function isCommitHash(commit: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(commit);
}

/** Links to branch and commit, for GitHub, GitLab and Bitbucket addresses in https and ssh form. */
export function linkRepository(repository: {
  url?: string;
  branch?: string;
  commit?: string;
}): RepositoryLinks | undefined {
  const found = findRepository(repository.url);
  if (found === undefined) return undefined;
  const { name, base, forms } = found;
  const { branch, commit } = repository;
  return {
    name,
    ...(branch && { branch: `${base}/${forms.branch}/${branch.split('/').map(encodeURIComponent).join('/')}` }),
    ...(commit && isCommitHash(commit) && { commit: `${base}/${forms.commit}/${commit}` }),
  };
}

/** The page that shows the changes between two commits; undefined unless both are hashes on a known host. */
export function linkChanges(url: string | undefined, from: string, to: string): string | undefined {
  const found = findRepository(url);
  if (found === undefined || !isCommitHash(from) || !isCommitHash(to)) return undefined;
  return `${found.base}/${found.forms.compare(from, to)}`;
}

function findRepository(url = '') {
  const match = /^(?:https?:\/\/|ssh:\/\/git@|git@)([^/:]+)(?::\d+)?[/:](.+?)(?:\.git)?\/?$/i.exec(url);
  const [, host = '', name = ''] = match ?? [];
  const forms = HOSTS.find((known) => known.host.test(host.toLowerCase()));
  if (forms === undefined || !/^\w[\w.-]*(\/\w[\w.-]*)+$/.test(name)) return undefined;
  return { name, base: `https://${host.toLowerCase()}/${name}`, forms };
}

/** The first twelve digits of a hash; any other text is cut in the middle. */
export function abbreviateCommit(commit: string | undefined): string | undefined {
  if (commit === undefined) return undefined;
  return /^[0-9a-f]+$/i.test(commit) ? commit.slice(0, 12) : cutMiddle(commit, 40);
}

const CONSOLE_HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The execution's page in the Step Functions console; undefined for an execution of the embedded engine. */
export function linkExecution(executionArn: string): string | undefined {
  if (!validate(executionArn)) return undefined;
  const { partition, region } = parse(executionArn);
  const path = `/states/home?region=${region}#/v2/executions/details/${executionArn}`;
  return region === 'local' ? undefined : linkConsole({ partition, region }, path);
}

/** A page of the AWS console; undefined where its address is not known. */
export function linkConsole(
  { partition, region }: { readonly partition: string; readonly region: string },
  path: string,
): string | undefined {
  const host = CONSOLE_HOSTS[partition];
  if (host === undefined) return undefined;
  return `https://${partition === 'aws' ? `${region}.${host}` : host}${path}`;
}
