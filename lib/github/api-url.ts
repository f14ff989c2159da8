import { isSecure } from '../flightcontrol/api-base-url';
import { describeValue } from '../text';

export const DEFAULT_GITHUB_API_URL = 'https://api.github.com';

const EXPECTED = `expected an https address such as ${DEFAULT_GITHUB_API_URL} or https://github.example.com/api/v3`;

/**
 * Checks the address that the token will be sent to.
 *
 * @throws Error if it is no URL, not https (http only for loopback hosts), or carries credentials, a query or a fragment
 */
export function parseGitHubApiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.host) throw new Error(`got ${describeValue(text)}, ${EXPECTED}`);
  if (url.username || url.password || url.search || url.hash)
    throw new Error(`got an address on ${url.host} with credentials, a query or a fragment, ${EXPECTED}`);
  if (!isSecure(url)) throw new Error(`got an address on ${url.host} that is not https, ${EXPECTED}`);
  return url;
}

/**
 * The host of the website, which is what `gh` and addresses of repositories name: `github.com`, `acme.ghe.com`, or the
 * host of an Enterprise Server.
 */
export function websiteHostOf({ host }: URL): string {
  return host === 'api.github.com' || host.endsWith('.ghe.com') ? host.replace(/^api\./, '') : host;
}

/** The address of the API for a host of the website. Source: GitHub docs, Getting started with the REST API. */
export function apiUrlFor(websiteHost: string): string {
  if (websiteHost === 'github.com') return DEFAULT_GITHUB_API_URL;
  return websiteHost.endsWith('.ghe.com') ? `https://api.${websiteHost}` : `https://${websiteHost}/api/v3`;
}
