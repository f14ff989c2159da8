import type { PastVerdict } from '../../lib/watch/history';

/** `deploy-3`, created three hours after `deploy-0`; each ends after five minutes. */
export function pastVerdict(
  hour: number,
  outcome: PastVerdict['outcome'],
  more: Partial<PastVerdict> = {},
): PastVerdict {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, hour, minute)).toISOString();
  const commit = `c0ffee${hour}`;
  return { deploymentId: `deploy-${hour}`, outcome, startedAt: at(0), endedAt: at(5), commit, ...more };
}
