import { createStepFunctionsClient } from '../lib/aws/clients';
import { reportEventWithoutId } from '../lib/aws/github-event-metrics';
import { type Announcement, startExecution, startWatch } from '../lib/aws/start-watch';
import { gitHubFilterEnvironment, startEnvironment } from '../lib/contract/environment';
import { GITHUB_EVENTS, isGitHubDeploymentEvent } from '../lib/contract/events';
import { executionNameOfEvent, stateMachineName } from '../lib/contract/execution-name';
import { isDeploymentId } from '../lib/flightcontrol/deployment-id';
import { showableValue } from '../lib/text';
import { decideGitHubEvent } from '../lib/watch/github-filter';

/** What EventBridge delivers, at least once: `Deployment Triggered`, or an event of GitHub. */
export interface AnnouncingEvent {
  readonly id: string;
  readonly source?: string;
  readonly 'detail-type'?: string;
  readonly detail?: unknown;
}

const stepFunctions = createStepFunctionsClient();

/** Lambda's entry. Lambda retries what is thrown, and then sends the event to the dead-letter queue. */
export async function handler(event: AnnouncingEvent): Promise<void> {
  const { stateMachineArn } = startEnvironment.decode(process.env);
  const isGitHubs = event.source === GITHUB_EVENTS.source && isGitHubDeploymentEvent(event['detail-type']);
  await (isGitHubs ? takeGitHubEvent(event, stateMachineArn) : takeAnnouncement(event, stateMachineArn));
}

async function takeAnnouncement({ id: eventId, detail }: AnnouncingEvent, stateMachineArn: string): Promise<void> {
  const { deploymentId, ...others } = (detail ?? {}) as Readonly<Record<string, unknown>>;
  const timeoutMinutes = showableValue(others.timeoutMinutes);
  if (isDeploymentId(deploymentId)) {
    const byGitHub = others.announcedBy === 'github' && { announcedBy: 'github' as const };
    await announce({ deploymentId, timeoutMinutes, eventId, ...byGitHub }, stateMachineArn);
  } else {
    // The watch itself says, in a notification, what is wrong with its input; the event's id keeps it single, too.
    const input = JSON.stringify({ deploymentId: showableValue(deploymentId), timeoutMinutes, eventId });
    await startExecution(stepFunctions, stateMachineArn, executionNameOfEvent(eventId), input);
    console.warn({ message: 'announced without a usable deployment id', eventId });
  }
}

/** Most of GitHub's events are none of Flightcontrol's: those are dropped in silence. */
async function takeGitHubEvent({ id: eventId, detail }: AnnouncingEvent, stateMachineArn: string): Promise<void> {
  const decision = decideGitHubEvent(detail, gitHubFilterEnvironment.decode(process.env), new Date());
  if (decision.kind === 'without id') reportEventWithoutId(decision.keys, stateMachineName(stateMachineArn));
  if (decision.kind === 'filtered') {
    console.info({ message: 'left out by the settings', deploymentId: decision.deploymentId, eventId });
  }
  if (decision.kind === 'deployment') {
    await announce({ deploymentId: decision.deploymentId, eventId, announcedBy: 'github' }, stateMachineArn);
  }
}

async function announce(announcement: Announcement, stateMachineArn: string): Promise<void> {
  const { deploymentId, eventId } = announcement;
  const watch = await startWatch(stepFunctions, stateMachineArn, announcement);
  console.info({ message: 'announced', deploymentId, eventId, ...watch });
}
