import { VERDICTS } from '../contract/outcomes';
import type { NotificationRecord } from '../notification/record';
import { withoutUndefined } from '../objects';
import type { PastVerdict } from './history';

/** Which environment a verdict is about, and what is known of it. */
export interface EnvironmentFacts {
  /** Its id, else its given id. */
  readonly key: string;
  readonly givenId?: string;
  readonly preview?: boolean;
  readonly projectId?: string;
}

/** A verdict as the history keeps it. */
export interface StoredVerdict extends PastVerdict {
  readonly executionArn: string;
  /** ISO 8601. The later watch of a deployment holds. */
  readonly watchEndedAt: string;
  readonly environment: EnvironmentFacts;
}

/** What a record says of how a watch ended, as far as it is kept. */
export type FinishedWatch = Pick<
  NotificationRecord,
  | 'outcome'
  | 'deploymentId'
  | 'status'
  | 'project'
  | 'environment'
  | 'repository'
  | 'createdAt'
  | 'watchStartedAt'
  | 'endedAt'
  | 'durationSeconds'
  | 'executionArn'
>;

/** @returns undefined if the record holds no verdict, or does not say of which environment */
export function readVerdictOf(record: FinishedWatch): StoredVerdict | undefined {
  const { deploymentId, environment = {}, repository = {}, project } = record;
  const outcome = VERDICTS.find((verdict) => verdict === record.outcome);
  const key = environmentKeyOf(environment);
  if (outcome === undefined || deploymentId === undefined || key === undefined) return undefined;
  return withoutUndefined({
    deploymentId,
    outcome,
    status: record.status,
    startedAt: startOf(record),
    endedAt: record.endedAt,
    watchEndedAt: record.endedAt,
    durationSeconds: record.durationSeconds,
    branch: repository.branch,
    commit: repository.commit,
    executionArn: record.executionArn,
    environment: withoutUndefined({
      key,
      givenId: environment.givenId,
      preview: environment.preview,
      projectId: project?.id,
    }),
  });
}

const DAY_MILLISECONDS = 24 * 3600 * 1000;

/** When a deployment began. A time of creation in the future would put it in front of all others. */
export function startOf({ createdAt, watchStartedAt }: Pick<FinishedWatch, 'createdAt' | 'watchStartedAt'>): string {
  const latest = Date.parse(watchStartedAt) + DAY_MILLISECONDS;
  return createdAt !== undefined && Date.parse(createdAt) <= latest ? createdAt : watchStartedAt;
}

/**
 * Two watches of one deployment: the later one's verdict holds. If they agree, what the earlier one saw is nearer to the
 * end of the deployment, and it may have seen how long that took.
 */
export function mergeVerdicts(one: StoredVerdict, other: StoredVerdict): StoredVerdict {
  const [earlier, later] = one.watchEndedAt <= other.watchEndedAt ? [one, other] : [other, one];
  if (earlier.outcome !== later.outcome) return later;
  const durationSeconds = earlier.durationSeconds ?? later.durationSeconds;
  return { ...later, endedAt: earlier.endedAt, ...(durationSeconds !== undefined && { durationSeconds }) };
}

/** What the history knows an environment by; undefined if the API named none. */
export function environmentKeyOf(environment: NotificationRecord['environment']): string | undefined {
  return environment?.id ?? environment?.givenId;
}
