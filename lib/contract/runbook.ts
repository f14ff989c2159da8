/** Where the project is published. A placeholder until it is, the same as in the README: change it here. */
const REPOSITORY = 'https://github.com/your-organisation/flightwatch';

const FILE = 'docs/runbook.md';

/** Sends a reader to an entry of the runbook. The address comes last, because a full stop would become a part of it. */
export function seeRunbook(heading: string): string {
  return `See "${heading}" in ${FILE}: ${REPOSITORY}/blob/main/${FILE}#${heading.toLowerCase().replaceAll(' ', '-')}`;
}
