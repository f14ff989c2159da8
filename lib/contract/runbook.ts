import { repository } from '../../package.json';

const FILE = 'docs/runbook.md';

/**
 * The branch `main`, not the tag of this version: the tag does not exist in a checkout that is ahead of its release, and
 * an address with a version would change every alarm with every upgrade. So headings of the runbook keep their names.
 */
const RUNBOOK = `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/${FILE}`;

/** Sends a reader to an entry of the runbook. The address comes last, because a full stop would become a part of it. */
export function seeRunbook(heading: string): string {
  return `See "${heading}" in ${FILE}: ${RUNBOOK}#${heading.toLowerCase().replaceAll(' ', '-')}`;
}
