import { HISTORY_READ, secondsOf } from '../contract/call-limits';
import type { History } from '../contract/history';
import type { NotificationRecord } from '../notification/record';
import { readHistory, usualSecondsBefore, type Verdicts } from './history';
import type { Look } from './look';
import { environmentKeyOf, startOf } from './stored-verdict';

/** Reads the newest verdicts of an environment. It never throws: undefined if they cannot be read in time. */
export type ReadVerdicts = (environmentKey: string, milliseconds: number) => Promise<Verdicts | undefined>;

interface HistoryDependencies {
  readonly readVerdicts?: ReadVerdicts | undefined;
}

/** Reading the history delays no verdict by more than this. */
const MAX_MILLISECONDS = secondsOf(HISTORY_READ) * 1000;

/** What earlier verdicts say about the deployment of a watch that has ended; undefined if that is unknown. */
export async function readHistoryOf(
  { notification }: Look,
  { readVerdicts }: HistoryDependencies,
): Promise<History | undefined> {
  const key = environmentKeyOf(notification?.record.environment);
  if (notification === null || key === undefined) return undefined;
  const present = presentDeployment(notification.record);
  const found = await readVerdicts?.(key, MAX_MILLISECONDS);
  return found && readHistory(present, found.verdicts, found);
}

function presentDeployment(record: NotificationRecord) {
  const { deploymentId, outcome, status, endedAt } = record;
  return { deploymentId, outcome, status, startedAt: startOf(record), endedAt };
}

/**
 * How long the deployment of a watch in progress usually takes; undefined if the history is not asked. A watch asks
 * once, and not after a look without an answer, whose reason says when the next look is: a slow history could make that
 * untrue.
 *
 * @param seconds how long the answer may take, because the watch waits meanwhile; 0 if nobody is to be asked
 */
export async function readUsual(
  { deployment, outage, usualAsked }: Look,
  seconds: number,
  watch: { readonly deploymentId: string; readonly startedAt: string },
  { readVerdicts }: HistoryDependencies,
): Promise<Pick<Look, 'usualSeconds' | 'usualAsked'> | undefined> {
  const { environment, createdAt } = deployment ?? {};
  const key = environmentKeyOf(environment);
  if (seconds === 0 || usualAsked || outage !== null || key === undefined || readVerdicts === undefined)
    return undefined;
  const startedAt = startOf({ watchStartedAt: watch.startedAt, ...(createdAt !== undefined && { createdAt }) });
  const present = { deploymentId: watch.deploymentId, startedAt };
  const found = await readVerdicts(key, Math.min(MAX_MILLISECONDS, seconds * 1000));
  return { usualAsked: true, usualSeconds: (found && usualSecondsBefore(present, found.verdicts)) ?? null };
}
