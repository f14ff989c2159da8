import { addressOf } from './documents';

const FILE = 'docs/runbook.md';

/** Sends a reader to an entry of the runbook. The address comes last, because a full stop would become a part of it. */
export function seeRunbook(heading: string): string {
  return `See "${heading}" in ${FILE}: ${addressOf(FILE, heading)}`;
}
