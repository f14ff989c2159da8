import { HISTORY_READ, secondsOf } from '../contract/call-limits';
import type { History } from '../contract/history';
import type { NotificationRecord } from '../notification/record';
import { type DeploymentInTime, readHistory, usualSecondsBefore, type Verdicts } from './history';
import type { Look } from './look';
import { environmentKeyOf } from './stored-verdict';

/**
 * Reads the newest verdicts of an environment, of those about deployments before this one. It never throws: undefined
 * if they cannot be read in time.
 */
export type ReadVerdicts = (
  environmentKey: string,
  before: DeploymentInTime,
  milliseconds: number,
) => Promise<Verdicts | undefined>;

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
  const found = await readVerdicts?.(key, present, MAX_MILLISECONDS);
  return found && readHistory(present, found.verdicts, found);
}

function presentDeployment({ deploymentId, outcome, status, createdAt, watchStartedAt }: NotificationRecord) {
  return { deploymentId, outcome, status, startedAt: createdAt ?? watchStartedAt };
}

/** How long the deployment of a watch in progress usually takes, if the history was not asked for it yet. */
export async function readUsual(
  { deployment, usualAsked, waitSeconds }: Look,
  watch: { readonly deploymentId: string; readonly startedAt: string },
  { readVerdicts }: HistoryDependencies,
): Promise<Partial<Pick<Look, 'usualSeconds' | 'usualAsked'>>> {
  const key = environmentKeyOf(deployment?.environment);
  if (usualAsked || key === undefined || readVerdicts === undefined) return {};
  const present = { deploymentId: watch.deploymentId, startedAt: deployment?.createdAt ?? watch.startedAt };
  // The watch waits for the next look meanwhile.
  const found = await readVerdicts(key, present, Math.min(MAX_MILLISECONDS, waitSeconds * 1000));
  return { usualAsked: true, usualSeconds: (found && usualSecondsBefore(present, found.verdicts)) ?? null };
}
