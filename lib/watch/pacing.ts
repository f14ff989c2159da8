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
  deployingSeconds: 6,
  lingerSeconds: 60,
};

/** Upper bound of `lingerSeconds`; the function's time-out is a sum that contains it. */
export const MAX_LINGER_SECONDS = 240;

/**
 * Old watches ask less often: the interval is at least this share of the watch's age. So a verdict is never later
 * than 1 % of the time already waited, and a day at 1 s takes some 800 rounds of 9 events: far from the 25,000
 * history events that end an execution. Source: Step Functions quotas, maximum execution history size.
 */
const SHARE_OF_AGE = 0.01;

/** Waited after a 404 or a 429 that names no time, in seconds. */
const SETTLING_SECONDS = 5;
const THROTTLED_SECONDS = 30;

export interface Moment {
  /** What the API said last, if it said anything. */
  readonly status: string | null;
  readonly elapsedSeconds: number;
  readonly remainingSeconds: number;
}

/** Whole seconds until the next look: at least 1, and never past the end of the watch by more than a second. */
export function secondsToNextLook(moment: Moment, pacing: Pacing): number {
  return within(moment, phaseSeconds(moment.status, pacing));
}

/** Whole seconds to leave a throttling API alone: what it asked for, if it asked. */
export function secondsToLeaveAlone(moment: Moment, retryAfterSeconds: number | undefined): number {
  return within(moment, retryAfterSeconds ?? THROTTLED_SECONDS);
}

function within(moment: Moment, seconds: number): number {
  const patient = Math.max(seconds, moment.elapsedSeconds * SHARE_OF_AGE);
  return Math.max(1, Math.ceil(Math.min(patient, moment.remainingSeconds)));
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
