import { IN_PROGRESS, type Outcome } from '../contract/outcomes';
import { type Deployment, type ServiceDeployment, summarise } from '../flightcontrol/deployment';
import { errorOf, hasFailed, nameOf } from '../flightcontrol/services';
import { DEPLOYMENT_STATUSES, isDeploymentStatus, type Stage, stageOf } from '../flightcontrol/statuses';
import { makeNotification } from '../notification/notification';
import { describePlainly } from '../notification/plain';
import type { WatchResult } from '../notification/record';
import { cutMiddle, oneLine } from '../text';
import { continuePhases, continueUsual, describeServices, type Look } from './look';
import { secondsToNextLook } from './pacing';
import { remainingSeconds, type WatchContext } from './watch-context';

type FinishedStage = Exclude<Stage, 'in progress'>;

const OUTCOME_OF_STAGE: Readonly<Record<FinishedStage, Outcome>> = {
  success: 'SUCCEEDED',
  cancelled: 'CANCELLED',
  failure: 'FAILED',
};

/** `cause` of a failed execution and `reason` of the notification: a sentence, not a log. */
const MAX_REASON_CHARACTERS = 500;
const MAX_EXPLAINED_SERVICES = 10;

/** What the watch makes of a deployment: still in progress and how long to wait, or how it ended. */
export function judge(deployment: Deployment, context: WatchContext): Look {
  const stage = stageOf(deployment.status);
  if (stage !== 'in progress') {
    return endWatch(OUTCOME_OF_STAGE[stage], explainStage(deployment, stage), deployment, context);
  }
  if (remainingSeconds(context) <= 0) {
    return endWatch('TIMED_OUT', explainTimeOut(deployment, context), deployment, context);
  }
  return waitForNextLook(deployment, context);
}

function waitForNextLook(deployment: Deployment, context: WatchContext): Look {
  const { status } = deployment;
  return {
    outcome: IN_PROGRESS,
    status,
    services: describeServices(deployment.services),
    reason: meaningOf(status),
    waitSeconds: secondsToNextLook(status, context),
    deployment: summarise(deployment),
    phases: continuePhases(context.previous, status, context.now),
    outage: null,
    ...continueUsual(context.previous),
    plain: describePlainly(deployment.deploymentId, status, summarise(deployment), context.executionArn),
    notification: null,
  };
}

function endWatch(outcome: Outcome, reason: string, deployment: Deployment, context: WatchContext): Look {
  const phases = phasesUntil(outcome, deployment, context);
  const result: WatchResult = {
    outcome,
    deploymentId: deployment.deploymentId,
    status: deployment.status,
    reason,
    deployment: summarise(deployment),
    services: deployment.services,
    phases,
    history: context.history,
    seenInProgress: outcome === 'TIMED_OUT' || (context.previous?.status ?? null) !== null,
  };
  return {
    outcome,
    status: deployment.status,
    services: describeServices(deployment.services),
    reason,
    waitSeconds: 1,
    deployment: summarise(deployment),
    phases,
    outage: null,
    ...continueUsual(context.previous),
    plain: null,
    notification: makeNotification(result, context, nextStepAfter(outcome, deployment)),
  };
}

/** The status that ends a deployment is no phase of it; one that is still in progress is. */
function phasesUntil(outcome: Outcome, { status }: Deployment, { previous, now }: WatchContext): Look['phases'] {
  return outcome === 'TIMED_OUT' ? continuePhases(previous, status, now) : (previous?.phases ?? []);
}

function explainStage(deployment: Deployment, stage: FinishedStage): string {
  if (stage === 'success') return meaningOf(deployment.status);
  const failed = deployment.services.filter(hasFailed);
  if (failed.length > 0) return explainFailed(failed);
  return stage === 'cancelled'
    ? 'Cancelled by a user, by a newer push, or because another service failed.'
    : `${meaningOf(deployment.status)}; Flightcontrol names no failed service.`;
}

function explainFailed(failed: readonly ServiceDeployment[]): string {
  const explained = failed.slice(0, MAX_EXPLAINED_SERVICES).map(explainService);
  const rest = failed.length - explained.length;
  return cutMiddle([...explained, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; '), MAX_REASON_CHARACTERS);
}

/** `web-api: BUILD_ERROR: npm ERR! missing script`. */
function explainService(service: ServiceDeployment): string {
  const error = errorOf(service);
  return [nameOf(service), service.status, ...(error === undefined ? [] : [oneLine(error)])].join(': ');
}

function nextStepAfter(outcome: Outcome, { services }: Deployment): string | undefined {
  if (outcome === 'TIMED_OUT') return 'Look at Flightcontrol. To wait longer next time, raise timeoutMinutes.';
  const names = services.filter(hasFailed).map(nameOf).slice(0, 3).join(', ');
  if (names !== '') return `Look at the logs of ${names} in Flightcontrol.`;
  return outcome === 'FAILED' ? 'Look at the deployment in Flightcontrol.' : undefined;
}

function explainTimeOut({ status }: Deployment, { timeoutMinutes }: WatchContext): string {
  const unknown = isDeploymentStatus(status)
    ? ''
    : ', a status that Flightwatch does not know and counts as in progress';
  const limit = timeoutMinutes === 1 ? '1 minute' : `${timeoutMinutes} minutes`;
  return `Still ${status} when the watch reached its time limit of ${limit}${unknown}.`;
}

function meaningOf(status: string): string {
  return isDeploymentStatus(status)
    ? `${status}: ${DEPLOYMENT_STATUSES[status].meaning}`
    : `${status}: unknown to Flightwatch, counted as in progress`;
}
