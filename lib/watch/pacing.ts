import type { Pacing } from '../contract/pacing';
import { type DeploymentStatus, isDeploymentStatus } from '../flightcontrol/statuses';
import { elapsedSeconds, remainingSeconds, type WatchContext } from './watch-context';

/**
 * Old watches ask less often: the interval is at least this share of the watch's age. So a day at 1 s without lingering
 * takes some 2,200 rounds of 9 events: below the 25,000 history events that end an execution.
 * Source: Step Functions quotas, maximum execution history size.
 */
const SHARE_OF_AGE = 0.003;

/** Without lingering, each look costs a round of three transitions, so fewer looks are worth a longer delay. */
const WITHOUT_LINGER = 1.3;

/** Intervals differ by this share either way, so that a thousand watches do not look in the same second. */
const SPREAD = 0.2;

/** Seconds to the next look after a 404, and after a 429 that names no time. */
const NOT_FOUND_SECONDS = 5;
const THROTTLED_SECONDS = 30;

/** What pacing takes of a watch. */
export type PacingContext = Pick<WatchContext, 'now' | 'startedAt' | 'timeoutMinutes' | 'pacing' | 'jitter'>;

/**
 * Whole seconds until the next look: at least 1, and never past the watch's time limit by more than a second.
 *
 * @param status what the API said last; null if it said nothing yet.
 */
export function secondsToNextLook(status: string | null, context: PacingContext): number {
  const { pacing, jitter } = context;
  const interval = Math.max(phaseSeconds(status, pacing), elapsedSeconds(context) * SHARE_OF_AGE);
  const stretched = pacing.lingerSeconds < interval ? interval * WITHOUT_LINGER : interval;
  return withinLimit(context, stretched * (1 - SPREAD + 2 * SPREAD * jitter));
}

/** Whole seconds to leave a throttling API alone: at least what it asked for, if it asked for anything. */
export function secondsAfterThrottling(context: PacingContext, retryAfterSeconds: number | undefined): number {
  return withinLimit(context, Math.ceil((retryAfterSeconds ?? THROTTLED_SECONDS) * (1 + SPREAD * context.jitter)));
}

function withinLimit(context: PacingContext, seconds: number): number {
  return Math.max(1, Math.round(Math.min(seconds, remainingSeconds(context))));
}

function phaseSeconds(status: string | null, pacing: Pacing): number {
  if (status === null) return NOT_FOUND_SECONDS;
  // An unknown status is paced like the phase that most deployments end in.
  return isDeploymentStatus(status) ? pacing[PHASE_OF_STATUS[status]] : pacing.deployingSeconds;
}

const PHASE_OF_STATUS: Readonly<Record<DeploymentStatus, keyof Omit<Pacing, 'lingerSeconds'>>> = {
  PENDING: 'pendingSeconds',
  PENDING_DEPENDENCY: 'pendingSeconds',
  INPROGRESS: 'preparingSeconds',
  BUILDING: 'buildingSeconds',
  PROVISIONING: 'deployingSeconds',
  DEPLOYING: 'deployingSeconds',
  SUCCESS: 'deployingSeconds',
  NO_CHANGE: 'deployingSeconds',
  CANCELLED: 'deployingSeconds',
  ERROR: 'deployingSeconds',
  BUILD_ERROR: 'deployingSeconds',
  DEPLOY_ERROR: 'deployingSeconds',
};
