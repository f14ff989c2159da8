import { isDeploymentId } from '../flightcontrol/deployment-id';
import { linkExecution } from '../notification/links';
import { makeNotification, type Notification } from '../notification/notification';
import type { Ending, WatchFacts } from '../notification/record';
import { cutMiddle, oneLine, showValue } from '../text';
import type { WatchMoment } from './judge';
import type { Look } from './look';

/** Why nobody can tell how a deployment ended, and what to do about it. */
export interface WatchFailure {
  /** One sentence; becomes the execution's cause. */
  readonly reason: string;
  readonly nextStep: string;
}

export const WATCH_AGAIN = 'start the watch again';

/** Ends a watch as WATCH_FAILED, with all that earlier looks found out about the deployment. */
export function failWatch(
  failure: WatchFailure,
  input: unknown,
  moment: WatchFacts & Pick<WatchMoment, 'previous'>,
): Look & { readonly notification: Notification } {
  const reason = cutMiddle(oneLine(failure.reason), 500);
  const { previous } = moment;
  const ending = {
    outcome: 'WATCH_FAILED' as const,
    deploymentId: readDeploymentId(input),
    status: previous?.status,
    reason,
    deployment: previous?.deployment,
    seenInProgress: false,
  };
  return {
    outcome: 'WATCH_FAILED',
    status: previous?.status ?? null,
    services: previous?.services ?? [],
    reason,
    waitSeconds: 1,
    deployment: previous?.deployment ?? null,
    notification: makeNotification(ending, moment, [failure.nextStep, ...commandsFor(ending, moment)].join('\n')),
  };
}

/** For somebody at a terminal; a watch on a laptop was started from one. */
function commandsFor({ deploymentId }: Ending, { executionArn }: WatchFacts): string[] {
  const inAws = linkExecution(executionArn) !== undefined;
  return inAws && isDeploymentId(deploymentId) ? [`flightwatch watch ${deploymentId}`] : [];
}

/** The id that was asked for; cut if it cannot be one, left out if there is none. */
function readDeploymentId(input: unknown): string | undefined {
  const id = (input as { deploymentId?: unknown } | null | undefined)?.deploymentId;
  if (id === undefined || id === null) return undefined;
  return (typeof id === 'string' ? cutMiddle(oneLine(id), 80) : showValue(id)) || undefined;
}
