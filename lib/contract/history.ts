import type { Verdict } from './outcomes';

/** How a verdict changes an environment; `first` is the first verdict of its environment, whatever it is. */
export const TRENDS = ['first', 'healthy', 'broke', 'still failing', 'recovered'] as const;
export type Trend = (typeof TRENDS)[number];

/** What earlier verdicts about its environment say about a deployment; what is unknown is left out. */
export interface History {
  /** Absent if the deployment was cancelled, had nothing to deploy, or ended without a verdict. */
  readonly trend?: Trend;
  /** Up to and including this deployment if it failed; those that it ended if it recovered. */
  readonly failuresInARow?: number;
  /** How long a deployment of this environment usually takes until it has succeeded. */
  readonly usualSeconds?: number;
  /** The verdict before, of those that count for the trend. */
  readonly previous?: {
    readonly outcome: Verdict;
    readonly deploymentId: string;
    readonly commit?: string;
    readonly endedAt: string;
  };
  /** The last success before this deployment. */
  readonly lastSuccess?: {
    readonly deploymentId: string;
    readonly branch?: string;
    readonly commit?: string;
    readonly endedAt: string;
  };
  /** The newest verdict about a later deployment: this one no longer tells how the environment is. */
  readonly supersededBy?: NonNullable<History['previous']>;
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
