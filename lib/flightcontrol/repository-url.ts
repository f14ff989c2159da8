/** Scheme, user and password, host and path; a query and a fragment may follow. */
const ADDRESS = /^([a-z][a-z+]{1,9}:\/\/)?([^/?#\\]*@)?([\w.-]+(?:[:/][^@?#\\\s]*)?)(?:[?#].*)?$/is;

/**
 * A repository's address without what may be a credential: it is sent by e-mail. Of a user, only the `git` of ssh stays.
 *
 * @returns undefined if it is not clear which part is which
 */
export function withoutCredentials(url: string): string | undefined {
  const [, scheme = '', user, place] = ADDRESS.exec(url) ?? [];
  if (place === undefined) return undefined;
  const isSsh = scheme === '' || /ssh/i.test(scheme);
  return scheme + (user !== undefined && isSsh ? 'git@' : '') + place;
}
