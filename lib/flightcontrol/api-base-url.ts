import type { ApiGeneration } from '../contract/api-generations';
import { describeValue, showValue } from '../text';

/** The address in front of `/deployments/{id}`. */
const DEFAULT_API_BASE_URLS: Readonly<Record<ApiGeneration, string>> = {
  legacy: 'https://app.flightcontrol.dev/api',
  v1: 'https://api.flightcontrol.dev/v1',
};

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** A path that every program reads alike: no empty segment, no `.` or `..`, and nothing encoded. */
const PLAIN_PATH = /^(\/(?!\.{1,2}(\/|$))[\w.~-]+)*\/?$/;
const ADDRESS = /^https?:\/\/(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?(|\/.*)$/is;

const EXPECTED = 'expected an https address such as https://app.flightcontrol.dev/api';

/**
 * Checks an address that the API key will be sent to.
 *
 * @throws Error if it is no URL, not https (http only for loopback hosts), carries credentials, a query or a fragment,
 * or has a path that may lead elsewhere. The message shows no more than the origin of a long address.
 */
export function parseApiBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.host) throw new Error(`got ${describeValue(text)}, ${EXPECTED}`);
  if (url.username || url.password || url.search || url.hash) {
    throw new Error(`got an address on ${url.host} with credentials, a query or a fragment, ${EXPECTED}`);
  }
  if (!isSecure(url)) throw new Error(`got ${showAddress(text, url)}, ${EXPECTED} (http is for loopback hosts only)`);
  checkPath(text, url);
  return url;
}

/** Checks the text as it was given: `URL` corrects what it reads, and another program may correct it otherwise. */
function checkPath(text: string, { host }: URL): void {
  const path = ADDRESS.exec(text)?.[3];
  if (path === undefined || !PLAIN_PATH.test(path)) {
    throw new Error(`got an address on ${host} that is not plain: its path may hold names of A-Z a-z 0-9 . _ ~ - only`);
  }
  if (path.includes('/deploy-hook')) throw new Error(`got the address of a deploy hook, ${EXPECTED}`);
}

const MAX_SHOWN_PATH_CHARACTERS = 12;

function showAddress(text: string, { protocol, host }: URL): string {
  const origin = `${protocol}//${host}`;
  return text.length <= origin.length + MAX_SHOWN_PATH_CHARACTERS ? showValue(text) : `"${origin}/..."`;
}

/** The base address that an installation uses: the one that was set, or the default of its API generation. */
export function apiBaseUrlOf(settings: { readonly api: ApiGeneration; readonly apiBaseUrl?: string | undefined }): URL {
  return parseApiBaseUrl(settings.apiBaseUrl ?? DEFAULT_API_BASE_URLS[settings.api]);
}

/** https, or http to this machine. */
export function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname));
}
