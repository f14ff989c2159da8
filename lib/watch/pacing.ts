import { type DeploymentStatus, isDeploymentStatus } from '../flightcontrol/statuses';

/** How often the API is asked in each phase, and how long one function call stays and asks again; all in seconds. */
export interface Pacing {
  /** While the deployment waits for another one. */
  readonly pendingSeconds: number;
  /** While the build is prepared. */
  readonly preparingSeconds: number;
  /** While services build. */
  readonly buildingSeconds: number;
  /** While services deploy or their resources are made; the phase that most deployments end in. */
  readonly deployingSeconds: number;
  /** How long one function call goes on asking while nothing changes, 0 to 240; 0 makes every look a round. */
  readonly lingerSeconds: number;
}

export const DEFAULT_PACING: Pacing = {
  pendingSeconds: 20,
  preparingSeconds: 5,
  buildingSeconds: 15,
  deployingSeconds: 5,
  lingerSeconds: 120,
};

/** Upper bound of `lingerSeconds`; the function's time-out is a sum that contains it. */
export const MAX_LINGER_SECONDS = 240;

/**
 * Old watches ask less often: the interval is at least this share of the watch's age. So a day at 1 s without lingering
 * takes some 2,200 rounds of 9 events: below the 25,000 history events that end an execution.
 * Source: Step Functions quotas, maximum execution history size.
 */
const SHARE_OF_AGE = 0.003;

/** Without time to stay for another look, each look costs a round of three transitions; so it is worth waiting for. */
const WITHOUT_LINGER = 1.3;

/** Intervals differ by this share either way, so that a thousand watches do not look in the same second. */
const SPREAD = 0.2;

/** Waited after a 404 or a 429 that names no time, in seconds. */
const SETTLING_SECONDS = 5;
const THROTTLED_SECONDS = 30;

export interface Moment {
  /** What the API said last, if it said anything. */
  readonly status: string | null;
  readonly elapsedSeconds: number;
  readonly remainingSeconds: number;
  /** Drawn by chance, 0 to 1. */
  readonly chance: number;
}

/** Whole seconds until the next look: at least 1, and never past the end of the watch by more than a second. */
export function secondsToNextLook(moment: Moment, pacing: Pacing): number {
  const interval = Math.max(phaseSeconds(moment.status, pacing), moment.elapsedSeconds * SHARE_OF_AGE);
  const stretched = pacing.lingerSeconds < interval ? interval * WITHOUT_LINGER : interval;
  return within(moment, stretched * (1 - SPREAD + 2 * SPREAD * moment.chance));
}

/** Whole seconds to leave a throttling API alone: what it asked for, if it asked, and never less. */
export function secondsToLeaveAlone(moment: Moment, retryAfterSeconds: number | undefined): number {
  return within(moment, Math.ceil((retryAfterSeconds ?? THROTTLED_SECONDS) * (1 + SPREAD * moment.chance)));
}

function within({ remainingSeconds }: Moment, seconds: number): number {
  return Math.max(1, Math.round(Math.min(seconds, remainingSeconds)));
}

function phaseSeconds(status: string | null, pacing: Pacing): number {
  if (status === null) return SETTLING_SECONDS;
  // A status that is on no list gets the rhythm of the phase that most deployments end in.
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
