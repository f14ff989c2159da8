import type { Pacing } from '../contract/pacing';
import { type DeploymentStatus, isDeploymentStatus } from '../flightcontrol/statuses';
import type { ProblemKind } from './outage';
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

/** Seconds to the next look while a new deployment is not known yet. */
const NOT_FOUND_SECONDS = 5;

/** Seconds to the next look after a 429: at least so many if it names a time, and if it names none. */
const THROTTLED_SECONDS = { named: 5, unnamed: 30 };

/** While 429s go on, the wait doubles up to this many seconds, or what the API asks if that is more. */
const MAX_THROTTLED_SECONDS = 300;

/** Other problems: 2, 4, 8, ... seconds, up to this many. */
const MAX_BACKOFF_SECONDS = 60;

/**
 * Old watches look less often after a problem, too, but not much: minutes of patience have to hold many looks, or an
 * API that fails now and then would end a watch.
 */
const MAX_BACKOFF_OF_AGE_SECONDS = 20;

/** What pacing takes of a watch. */
export type PacingContext = Pick<
  WatchContext,
  'now' | 'startedAt' | 'timeoutMinutes' | 'pacing' | 'jitter' | 'previous'
>;

/**
 * Whole seconds until the next look: at least 1, and never past the watch's time limit by more than a second.
 *
 * @param status what the API said last; null if it said nothing yet.
 */
export function secondsToNextLook(status: string | null, context: PacingContext): number {
  const { pacing, jitter } = context;
  const interval = intervalSeconds(status, context);
  const stretched = pacing.lingerSeconds < interval ? interval * WITHOUT_LINGER : interval;
  return withinLimit(context, stretched * (1 - SPREAD + 2 * SPREAD * jitter));
}

/** A look without a usable answer. */
export interface LookWithoutAnswer {
  readonly kind: ProblemKind;
  /** How many looks in a row got no usable answer, this one included. */
  readonly looks: number;
  /** What the API asked for with a 429. */
  readonly retryAfterSeconds?: number | undefined;
}

/** Whole seconds until the next look after one without a usable answer. */
export function secondsAfterProblem(look: LookWithoutAnswer, context: PacingContext): number {
  if (look.kind === 'throttled') return secondsAfterThrottling(look, context);
  if (look.kind === 'not found' && context.previous?.status == null) return secondsToNextLook(null, context);
  const ofAge = Math.min(elapsedSeconds(context) * SHARE_OF_AGE, MAX_BACKOFF_OF_AGE_SECONDS);
  const backoff = Math.max(2 ** look.looks, ofAge);
  return withinLimit(context, Math.min(backoff, MAX_BACKOFF_SECONDS) * (1 - SPREAD * context.jitter));
}

/** The longest of what the API asks, the pacing and a floor; it grows while 429s go on. */
function secondsAfterThrottling({ looks, retryAfterSeconds }: LookWithoutAnswer, context: PacingContext): number {
  const floor = retryAfterSeconds === undefined ? THROTTLED_SECONDS.unnamed : THROTTLED_SECONDS.named;
  const interval = Math.max(floor, intervalSeconds(context.previous?.status ?? null, context));
  const grown = Math.min(interval * 2 ** (looks - 1), MAX_THROTTLED_SECONDS);
  const seconds = Math.max(grown, interval, retryAfterSeconds ?? 0);
  return withinLimit(context, Math.ceil(seconds * (1 + SPREAD * context.jitter)));
}

/** The pacing of a phase, and no less than an old watch's. */
function intervalSeconds(status: string | null, context: PacingContext): number {
  return Math.max(phaseSeconds(status, context.pacing), elapsedSeconds(context) * SHARE_OF_AGE);
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
