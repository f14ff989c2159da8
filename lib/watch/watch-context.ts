import type { History } from '../contract/history';
import type { Pacing } from '../contract/pacing';
import type { Look } from './look';
import type { WatchInput } from './watch-input';

/** A watch at the time of a look: everything that a decision needs, and no clock. */
export interface WatchContext extends WatchInput {
  readonly executionArn: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly now: Date;
  /** The look before this one. */
  readonly previous: Look | null;
  readonly pacing: Pacing;
  /** What earlier verdicts say, once the watch has found its end; undefined if that is unknown. */
  readonly history?: History | undefined;
  /** Random, 0 to 1: spreads the looks of many watches. */
  readonly jitter: number;
}

/** Seconds since the execution started. */
export function elapsedSeconds({ now, startedAt }: Pick<WatchContext, 'now' | 'startedAt'>): number {
  return Math.max(0, (now.getTime() - Date.parse(startedAt)) / 1000);
}

/** Seconds until the watch's time limit; negative after it. */
export function remainingSeconds(context: Pick<WatchContext, 'now' | 'startedAt' | 'timeoutMinutes'>): number {
  return context.timeoutMinutes * 60 - elapsedSeconds(context);
}
