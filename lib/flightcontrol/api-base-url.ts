import type { ApiGeneration } from '../contract/api-generations';

/** The address in front of `/deployments/{id}`. */
const DEFAULT_API_BASE_URLS: Readonly<Record<ApiGeneration, string>> = {
  legacy: 'https://app.flightcontrol.dev/api',
  v1: 'https://api.flightcontrol.dev/v1',
};

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Checks an address that the API key will be sent to.
 *
 * @throws Error if it is no URL, not https (http only for loopback hosts), or carries credentials, a query or a fragment.
 */
export function parseApiBaseUrl(text: string): URL {
  const expected = 'expected an https address such as https://app.flightcontrol.dev/api';
  if (!URL.canParse(text)) throw new Error(`got "${text.slice(0, 80)}", ${expected}`);
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) {
    throw new Error(`got an address on ${url.host} with credentials, a query or a fragment, ${expected}`);
  }
  if (!isSecure(url)) throw new Error(`got "${text.slice(0, 80)}", ${expected} (http is for loopback hosts only)`);
  return url;
}

/** The base address that an installation uses: the one that was set, or the default of its API generation. */
export function apiBaseUrlOf(settings: { readonly api: ApiGeneration; readonly apiBaseUrl?: string | undefined }): URL {
  return parseApiBaseUrl(settings.apiBaseUrl ?? DEFAULT_API_BASE_URLS[settings.api]);
}

/** https, or http to this machine. */
export function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname));
}
