import { everyOf } from './every-of';
import type { Verdict } from './outcomes';

/**
 * What a verdict says about its environment: `first`, the first verdict, whatever it is; `healthy`, a success after a
 * success; `broke`, a failure after a success; `still failing`, a failure after a failure; `recovered`, a success after a
 * failure.
 */
export type Trend = 'first' | 'healthy' | 'broke' | 'still failing' | 'recovered';
export const TRENDS = everyOf<Trend>()(['first', 'healthy', 'broke', 'still failing', 'recovered']);

/** What earlier verdicts about its environment say about a deployment; what is unknown is left out. */
export interface History {
  /** Absent if the deployment was cancelled, had nothing to deploy, or ended without a verdict. */
  readonly trend?: Trend;
  /** Up to and including this deployment if it failed; those that it ended if it recovered. */
  readonly failuresInARow?: number;
  /** How long a deployment of this environment usually takes until it has succeeded. */
  readonly usualSeconds?: number;
  /** The verdict before, of those that count for the trend. */
  readonly previous?: EarlierVerdict;
  /** The last success before this deployment. */
  readonly lastSuccess?: EarlierSuccess;
  /** The newest verdict about a later deployment: this one no longer tells how the environment is. */
  readonly supersededBy?: EarlierVerdict;
}

/** An earlier verdict about the environment. */
export interface EarlierVerdict {
  /** How the deployment finished. */
  readonly outcome: Verdict;
  /** The deployment that it is about. */
  readonly deploymentId: string;
  /** The commit that was deployed. */
  readonly commit?: string;
  /** When its watch ended. ISO 8601, UTC. */
  readonly endedAt: string;
}

/** An earlier success. */
export interface EarlierSuccess {
  /** The deployment that succeeded. */
  readonly deploymentId: string;
  /** The branch that was deployed. */
  readonly branch?: string;
  /** The commit that was deployed. */
  readonly commit?: string;
  /** When its watch ended. ISO 8601, UTC. */
  readonly endedAt: string;
}

/** The history table: one item per verdict, below its environment, and one per environment, below `environments`. */
export const HISTORY_TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since 1970. */
  timeToLive: 'expiresAt',
  environments: 'environments',
} as const;

/** Days after which DynamoDB deletes an item. */
export const HISTORY_DAYS = 365;

const LONGEST_SECONDS = 366 * 24 * 3600;

/** A year and a day: no deployment takes longer, and no item is kept for longer. A time of creation may be nonsense. */
export function isPossibleDuration(seconds: number): boolean {
  return seconds > 0 && seconds <= LONGEST_SECONDS;
}
