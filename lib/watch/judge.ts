import { IN_PROGRESS, type Outcome } from '../contract/names';
import type { Deployment, ServiceDeployment } from '../flightcontrol/deployment';
import { DEPLOYMENT_STATUSES, isDeploymentStatus, type Stage, stageOf } from '../flightcontrol/statuses';
import { makeNotification } from '../notification/notification';
import type { Ending } from '../notification/record';
import { cutMiddle, oneLine } from '../text';
import { describeServices, errorOf, hasFailed, type Look, nameOf, summarise } from './look';
import { type Moment, type Pacing, secondsToNextLook } from './pacing';

/** A watch at one moment: everything a decision needs, and no clock. */
export interface WatchMoment {
  readonly deploymentId: string;
  readonly timeoutMinutes: number;
  readonly executionArn: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly now: Date;
  /** The look before this one. */
  readonly previous: Look | null;
  readonly pacing: Pacing;
  /** Drawn by chance, 0 to 1: spreads the looks of many watches. */
  readonly chance: number;
}

const OUTCOME_OF_STAGE: Readonly<Record<Exclude<Stage, 'in progress'>, Outcome>> = {
  success: 'SUCCEEDED',
  cancelled: 'CANCELLED',
  failure: 'FAILED',
};

/** `cause` of a failed execution and `reason` of the notification: a sentence, not a log. */
const MAX_REASON_CHARACTERS = 500;

/** What the watch makes of a deployment: still in progress and how long to wait, or how it ended. */
export function judge(deployment: Deployment, moment: WatchMoment): Look {
  const stage = stageOf(deployment.status);
  if (stage !== 'in progress') return end(OUTCOME_OF_STAGE[stage], explain(deployment, stage), deployment, moment);
  if (remainingSeconds(moment) <= 0) return end('TIMED_OUT', explainTimeOut(deployment, moment), deployment, moment);
  return inProgress(deployment, moment);
}

/** Seconds since the execution started. */
export function elapsedSeconds({ now, startedAt }: WatchMoment): number {
  return Math.max(0, (now.getTime() - Date.parse(startedAt)) / 1000);
}

export function remainingSeconds(moment: WatchMoment): number {
  return moment.timeoutMinutes * 60 - elapsedSeconds(moment);
}

export function paceOf(moment: WatchMoment, status: string | null): Moment {
  const { chance } = moment;
  return { status, elapsedSeconds: elapsedSeconds(moment), remainingSeconds: remainingSeconds(moment), chance };
}

function inProgress(deployment: Deployment, moment: WatchMoment): Look {
  const { status } = deployment;
  return {
    outcome: IN_PROGRESS,
    status,
    services: describeServices(deployment.services),
    reason: meaningOf(status),
    waitSeconds: secondsToNextLook(paceOf(moment, status), moment.pacing),
    deployment: summarise(deployment),
    notification: null,
  };
}

function end(outcome: Outcome, reason: string, deployment: Deployment, moment: WatchMoment): Look {
  const ending: Ending = {
    outcome,
    deploymentId: deployment.deploymentId,
    status: deployment.status,
    reason,
    deployment: summarise(deployment),
    services: deployment.services,
    seenInProgress: outcome === 'TIMED_OUT' || (moment.previous?.status ?? null) !== null,
  };
  const notification = makeNotification(ending, moment, adviseOn(outcome, deployment));
  return {
    outcome,
    status: deployment.status,
    services: describeServices(deployment.services),
    reason,
    waitSeconds: 1,
    deployment: summarise(deployment),
    notification,
  };
}

function explain(deployment: Deployment, stage: Exclude<Stage, 'in progress'>): string {
  if (stage === 'success') return meaningOf(deployment.status);
  const failed = deployment.services.filter(hasFailed).map(explainService);
  if (failed.length > 0) return cutMiddle(failed.join('; '), MAX_REASON_CHARACTERS);
  return stage === 'cancelled'
    ? 'Cancelled by a user, by a newer push, or because another service failed.'
    : `${meaningOf(deployment.status)}; Flightcontrol names no service that failed.`;
}

/** `web-api: BUILD_ERROR: npm ERR! missing script`. */
function explainService(service: ServiceDeployment): string {
  const error = errorOf(service);
  return [nameOf(service), service.status, ...(error === undefined ? [] : [oneLine(error)])].join(': ');
}

function adviseOn(outcome: Outcome, { services }: Deployment): string | undefined {
  if (outcome === 'TIMED_OUT') return 'Look at Flightcontrol. To wait longer next time, raise timeoutMinutes.';
  const names = services.filter(hasFailed).map(nameOf).slice(0, 3).join(', ');
  if (names !== '') return `Look at the logs of ${names} in Flightcontrol.`;
  return outcome === 'FAILED' ? 'Look at the deployment in Flightcontrol.' : undefined;
}

function explainTimeOut({ status }: Deployment, { timeoutMinutes }: WatchMoment): string {
  const unknown = isDeploymentStatus(status)
    ? ''
    : ', a status that Flightwatch does not know and so took for progress';
  const time = timeoutMinutes === 1 ? 'minute was' : `${timeoutMinutes} minutes were`;
  return `Still ${status} when the watch's ${time} up${unknown}.`;
}

function meaningOf(status: string): string {
  return isDeploymentStatus(status)
    ? `${status}: ${DEPLOYMENT_STATUSES[status].meaning}`
    : `${status}: not a status that Flightwatch knows, taken for progress`;
}
