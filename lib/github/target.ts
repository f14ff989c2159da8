/** A repository, or an organisation, on GitHub. */
export interface Target {
  readonly owner: string;
  /** @default - all repositories of the organisation */
  readonly repo?: string;
  /** Where it is, if an address was pasted, such as `github.com`. */
  readonly host?: string;
}

export const TARGET_FORM = 'owner/repo, the address of a repository, or the name of an organisation';

const OWNER = String.raw`(?<owner>[a-z\d](?:[a-z\d_-]{0,38}))`;
const REPO = String.raw`(?<repo>[\w.-]{1,100}?)(?:\.git)?`;
const HOST = String.raw`(?<host>[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d+)?)`;

const FORMS = [
  `${OWNER}/${REPO}`,
  `https://${HOST}/${OWNER}/${REPO}/?`,
  `(?:ssh://)?git@${HOST}[:/]${OWNER}/${REPO}`,
  // No underscore, so that no token is taken for a name.
  String.raw`(?<owner>[a-z\d][a-z\d-]{0,38})`,
].map((form) => new RegExp(`^${form}$`, 'i'));

/** @returns undefined if the text names neither a repository nor an organisation */
export function parseTarget(text: string): Target | undefined {
  for (const form of FORMS) {
    const { owner, repo, host } = form.exec(text)?.groups ?? {};
    if (owner === undefined || repo === '.' || repo === '..') continue;
    return { owner, ...(repo !== undefined && { repo }), ...(host !== undefined && { host: websiteOf(host) }) };
  }
  return undefined;
}

/** The port of an ssh address is not that of the website. */
function websiteOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/^www\.(?=github\.com$)/, '')
    .replace(/:22$/, '');
}

/** `acme/web` or `acme`. */
export function nameOf({ owner, repo }: Target): string {
  return repo === undefined ? owner : `${owner}/${repo}`;
}
