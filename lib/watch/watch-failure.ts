import { IN_CHECKOUT } from '../contract/own-command';
import { isDeploymentId } from '../flightcontrol/deployment-id';
import { writeCommand } from '../notification/commands';
import { linkExecution } from '../notification/links';
import { makeNotification, type Notification } from '../notification/notification';
import type { WatchFacts } from '../notification/record';
import { cutMiddle, oneLine } from '../text';
import { continueUsual, type Look } from './look';
import type { WatchContext } from './watch-context';

/** Why it is unknown how a deployment ended, and what to do about it. */
export interface WatchFailure {
  /** One sentence; becomes the execution's cause. */
  readonly reason: string;
  readonly nextStep: string;
  /** Commands to run before the watch is started again, without their options. For a watch in AWS. @default - none */
  readonly commands?: readonly string[] | undefined;
}

export const WATCH_AGAIN = 'start the watch again';

const MAX_REASON_CHARACTERS = 500;

/**
 * Ends a watch as WATCH_FAILED, with everything that earlier looks found out about the deployment.
 *
 * @param deploymentId as it was asked for; may be none of Flightcontrol's.
 */
export function failWatch(
  deploymentId: string | undefined,
  facts: WatchFacts & Pick<WatchContext, 'previous' | 'history'>,
  failure: WatchFailure,
): Look & { readonly notification: Notification } {
  const { previous } = facts;
  const reason = cutMiddle(oneLine(failure.reason), MAX_REASON_CHARACTERS);
  const result = {
    outcome: 'WATCH_FAILED' as const,
    deploymentId,
    status: previous?.status,
    reason,
    deployment: previous?.deployment,
    phases: previous?.phases ?? [],
    history: facts.history,
    seenInProgress: false,
  };
  const nextSteps = [failure.nextStep, ...listCommands(deploymentId, facts, failure)];
  return {
    outcome: 'WATCH_FAILED',
    status: previous?.status ?? null,
    services: previous?.services ?? [],
    reason,
    waitSeconds: 1,
    deployment: previous?.deployment ?? null,
    phases: previous?.phases ?? [],
    outage: previous?.outage ?? null,
    ...continueUsual(previous),
    plain: null,
    notification: makeNotification(result, facts, nextSteps.join('\n')),
  };
}

/** For a watch in AWS: a watch on a laptop was started from a terminal that still shows its command. */
function listCommands(
  deploymentId: string | undefined,
  { executionArn }: WatchFacts,
  { commands = [] }: WatchFailure,
): string[] {
  if (linkExecution(executionArn) === undefined || !isDeploymentId(deploymentId)) return [];
  const written = [...commands, `watch ${deploymentId}`].map((command) => writeCommand(command, executionArn));
  return [`To do so, run this ${IN_CHECKOUT}:`, ...written.map((command) => `    ${command}`)];
}
