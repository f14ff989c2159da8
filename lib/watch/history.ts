import { type History, isPossibleDuration, type Trend } from '../contract/history';
import type { Outcome, Verdict } from '../contract/outcomes';
import { withoutUndefined } from '../objects';

/** An earlier verdict about the same environment. */
export interface PastVerdict {
  readonly deploymentId: string;
  readonly outcome: Verdict;
  readonly status?: string;
  /** ISO 8601: when the deployment was created, else when its watch started. The order of deployments. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly endedAt: string;
  readonly durationSeconds?: number;
  readonly branch?: string;
  readonly commit?: string;
}

/** Verdicts of one environment, the newest first. */
export interface Verdicts<Verdict extends PastVerdict = PastVerdict> {
  readonly verdicts: readonly Verdict[];
  /** False if there are, or may be, older ones. */
  readonly isComplete: boolean;
}

/** A deployment and its place in the order of deployments. */
export interface DeploymentInTime {
  readonly deploymentId: string | undefined;
  /** As in `PastVerdict`. */
  readonly startedAt: string;
  /** ISO 8601. @default - it is in progress */
  readonly endedAt?: string;
}

/** The deployment that the history is about. */
export interface PresentDeployment extends DeploymentInTime {
  readonly outcome: Outcome;
  readonly status?: string | null | undefined;
}

/** The newest verdicts of an environment, which one query reads. */
export const MAX_VERDICTS_READ = 100;

/** One outlier among three does not change the median. */
const FEWEST_DURATIONS = 3;
const MOST_DURATIONS = 20;

/**
 * What earlier verdicts say about a deployment. Only successes and failures count: a cancelled deployment and one
 * without changes say nothing about the environment.
 *
 * @param verdicts of the environment, in any order; may include the deployment's own and several of one deployment
 * @param isComplete false if there are older verdicts than these
 */
export function readHistory(
  present: PresentDeployment,
  verdicts: readonly PastVerdict[],
  { isComplete }: { readonly isComplete: boolean },
): History {
  const { past, later } = divide(present, verdicts);
  const [previous] = past;
  const failures = countLeadingFailures(past);
  // All that was read are failures, and there may be more of them.
  const isCounted = isComplete || failures < past.length;
  const trend = trendOf(present, previous, isComplete);
  const lastSuccess = past.find(isSuccess);
  return withoutUndefined({
    trend,
    failuresInARow: isCounted ? failuresInARow(trend, present, failures) : undefined,
    usualSeconds: usualSecondsOf(past),
    previous: previous && describeVerdict(previous),
    lastSuccess: lastSuccess && describeSuccess(lastSuccess),
    supersededBy: later[0] && describeVerdict(later[0]),
  });
}

/** The median of the newest successes, in whole seconds. @param verdicts the newest first */
export function usualSecondsOf(verdicts: readonly PastVerdict[]): number | undefined {
  const durations = verdicts
    .filter(isSuccess)
    .flatMap(({ durationSeconds }) => durationSeconds ?? [])
    .filter(isPossibleDuration)
    .slice(0, MOST_DURATIONS)
    .toSorted((one, other) => one - other);
  if (durations.length < FEWEST_DURATIONS) return undefined;
  const middle = (durations.length - 1) / 2;
  return Math.round(((durations[Math.floor(middle)] ?? 0) + (durations[Math.ceil(middle)] ?? 0)) / 2);
}

/** How long the deployments before this one usually took. @param verdicts as in `readHistory` */
export function usualSecondsBefore(present: DeploymentInTime, verdicts: readonly PastVerdict[]): number | undefined {
  return usualSecondsOf(divide(present, verdicts).past);
}

/** The verdicts that count, one for each other deployment, the newest first. */
function divide(present: DeploymentInTime, verdicts: readonly PastVerdict[]) {
  const all = newestFirst(verdicts);
  const own = all.find((verdict) => verdict.deploymentId === present.deploymentId);
  const startedAt = own === undefined ? present.startedAt : earlierOf(own.startedAt, present.startedAt);
  const key = keyOf({ ...present, startedAt });
  const others = all.filter((verdict) => countsForTrend(verdict) && verdict !== own);
  return {
    past: others.filter((verdict) => keyOf(verdict) < key),
    later: others.filter((verdict) => keyOf(verdict) > key),
  };
}

/** One verdict for each deployment, the newest deployment first. */
export function newestFirst<Verdict extends PastVerdict>(verdicts: readonly Verdict[]): Verdict[] {
  const byDeployment = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    const known = byDeployment.get(verdict.deploymentId) ?? verdict;
    // A deployment that is watched again has two verdicts if the time of its creation is unknown: the later one holds,
    // but the deployment is as old as the earlier one.
    const holds = known.endedAt < verdict.endedAt ? verdict : known;
    const startedAt = earlierOf(known.startedAt, verdict.startedAt);
    byDeployment.set(verdict.deploymentId, startedAt === holds.startedAt ? holds : { ...holds, startedAt });
  }
  return [...byDeployment.values()].toSorted((one, other) => compareText(keyOf(other), keyOf(one)));
}

function earlierOf(one: string, other: string): string {
  return one < other ? one : other;
}

/** Sorts behind every time. */
const IN_PROGRESS = '~';

/** Of deployments that were created in the same millisecond, the one that ended first comes first. */
function keyOf({ startedAt, endedAt = IN_PROGRESS, deploymentId }: DeploymentInTime): string {
  return `${startedAt} ${endedAt} ${deploymentId}`;
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Only successes that changed something, and failures. */
export function countsForTrend({
  outcome,
  status,
}: {
  readonly outcome: Outcome;
  readonly status?: string | null | undefined;
}) {
  return outcome === 'FAILED' || (outcome === 'SUCCEEDED' && status !== 'NO_CHANGE');
}

function isSuccess(verdict: PastVerdict): boolean {
  return verdict.outcome === 'SUCCEEDED' && countsForTrend(verdict);
}

function describeVerdict(verdict: PastVerdict): NonNullable<History['previous']> {
  return pick(verdict, ['outcome', 'deploymentId', 'commit', 'endedAt']);
}

/** What it takes to deploy it again. */
export function describeSuccess(verdict: PastVerdict): NonNullable<History['lastSuccess']> {
  return pick(verdict, ['deploymentId', 'branch', 'commit', 'endedAt']);
}

function trendOf(
  present: PresentDeployment,
  previous: PastVerdict | undefined,
  isComplete: boolean,
): Trend | undefined {
  if (!countsForTrend(present)) return undefined;
  // Among very many deployments without changes, an older verdict may count.
  if (previous === undefined) return isComplete ? 'first' : undefined;
  if (present.outcome === 'FAILED') return isSuccess(previous) ? 'broke' : 'still failing';
  return isSuccess(previous) ? 'healthy' : 'recovered';
}

function countLeadingFailures(past: readonly PastVerdict[]): number {
  const firstSuccess = past.findIndex(isSuccess);
  return firstSuccess === -1 ? past.length : firstSuccess;
}

function failuresInARow(
  trend: Trend | undefined,
  { outcome }: PresentDeployment,
  failuresBefore: number,
): number | undefined {
  if (trend === undefined) return undefined;
  if (outcome === 'FAILED') return failuresBefore + 1;
  return trend === 'recovered' ? failuresBefore : undefined;
}

function pick<T extends object, Key extends keyof T>(value: T, keys: readonly Key[]): Pick<T, Key> {
  return Object.fromEntries(keys.flatMap((key) => (value[key] === undefined ? [] : [[key, value[key]]]))) as Pick<
    T,
    Key
  >;
}
