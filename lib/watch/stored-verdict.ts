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
  const { deploymentId, environment = {}, repository = {}, project, createdAt, watchStartedAt } = record;
  const outcome = VERDICTS.find((verdict) => verdict === record.outcome);
  const key = environmentKeyOf(environment);
  if (outcome === undefined || deploymentId === undefined || key === undefined) return undefined;
  return withoutUndefined({
    deploymentId,
    outcome,
    status: record.status,
    startedAt: createdAt ?? watchStartedAt,
    endedAt: record.endedAt,
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

/** What the history knows an environment by; undefined if the API named none. */
export function environmentKeyOf(environment: NotificationRecord['environment']): string | undefined {
  return environment?.id ?? environment?.givenId;
}
