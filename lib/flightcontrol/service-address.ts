import type { Redact } from './redact';

/** A longer one would have to be cut, and would then lead elsewhere. */
const MAX_CHARACTERS = 200;

/** With the query that is dropped; keeps an answer of 1 MiB from being parsed as one address. */
const MAX_CHARACTERS_READ = 2000;

const USER_AND_PASSWORD = /^(https?:\/\/)[^/?#@\\]*@/i;

/** With its scheme, or a bare host with a dot in it, and then without a port: a port may be one of another protocol. */
const LABEL = String.raw`[\p{L}\p{N}_-]+`;
const WITH_SCHEME = String.raw`https?://${LABEL}(?:\.${LABEL})*(?::\d{1,5})?`;
const BARE_HOST = String.raw`${LABEL}(?:\.${LABEL})+`;
const ADDRESS = new RegExp(String.raw`^(?:${WITH_SCHEME}|${BARE_HOST})(?:[/?#][^@\\]*)?$`, 'iu');

/** Nothing that ends or begins a link, in Slack, in Markdown or in a mail program. */
const PLAIN = /^https?:\/\/[\w.:-]+(?:\/[\w.~%/-]*)?$/;

/**
 * The address at which a service is reached, for people to open: scheme, host and path. A query, a fragment and
 * credentials are dropped.
 *
 * @returns undefined if there is none, or it is not certain which parts may be shown
 */
export function readServiceAddress(value: unknown, redact: Redact): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_CHARACTERS_READ) return undefined;
  const text = value.trim().replace(USER_AND_PASSWORD, '$1');
  if (!ADDRESS.test(text)) return undefined;
  const withScheme = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(withScheme)) return undefined;
  const { origin, pathname } = new URL(withScheme);
  const address = origin + (pathname === '/' ? '' : pathname);
  // In the address, the host is in lower case, which may hide a key, and in ASCII, which may bring one to light.
  const isShowable = PLAIN.test(address) && redact(address) === address && redact(value) === value;
  return isShowable && address.length <= MAX_CHARACTERS ? address : undefined;
}
