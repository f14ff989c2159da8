import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ApiSettings } from '../contract/poll-environment';
import { apiBaseUrlOf } from '../flightcontrol/api-base-url';
import { UsageError } from './errors';
import type { Terminal } from './terminal';

/**
 * Checks that the host of the API exists: a watch would ask a mistyped one for 10 minutes. Any other failure may pass,
 * and is left to the watch.
 *
 * @throws UsageError if there is no such host
 */
export async function checkApiHost(api: ApiSettings, { env }: Pick<Terminal, 'env'>): Promise<void> {
  const { hostname } = apiBaseUrlOf(api);
  if (isAddress(hostname) || usesProxy(env)) return;
  try {
    await lookup(hostname);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTFOUND') return;
    const setting = api.apiBaseUrl === undefined ? '' : '--api-base-url and ';
    throw new UsageError(`The host ${hostname} of the API does not exist: check ${setting}the network.`);
  }
}

/** A proxy resolves names itself. Source: Node.js docs, NODE_USE_ENV_PROXY. */
function usesProxy({ NODE_USE_ENV_PROXY, NODE_OPTIONS = '' }: Terminal['env']): boolean {
  return Boolean(NODE_USE_ENV_PROXY) || NODE_OPTIONS.includes('--use-env-proxy');
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || isIP(hostname) !== 0;
}
