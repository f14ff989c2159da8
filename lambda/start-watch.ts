import { SFNClient } from '@aws-sdk/client-sfn';
import { startExecution, startWatch } from '../lib/aws/start-watch';
import { START_ENVIRONMENT } from '../lib/contract/names';
import { isDeploymentId } from '../lib/flightcontrol/deployment-id';

/** What EventBridge delivers, at least once: `Deployment Triggered`. */
export interface DeploymentTriggered {
  readonly id: string;
  readonly detail?: unknown;
}

// Five attempts of 5 s with their waits stay within the function's time-out; after that Lambda delivers the event again.
const stepFunctions = new SFNClient({
  maxAttempts: 5,
  requestHandler: { requestTimeout: 5_000, connectionTimeout: 2_000, throwOnRequestTimeout: true },
});

/** Lambda's entry. Whatever is thrown is tried again by Lambda and then put into the dead-letter queue. */
export async function handler(event: DeploymentTriggered): Promise<void> {
  const stateMachineArn = process.env[START_ENVIRONMENT.stateMachineArn] ?? '';
  const { deploymentId, timeoutMinutes } = (event.detail ?? {}) as Readonly<Record<string, unknown>>;
  if (isDeploymentId(deploymentId)) {
    const watch = await startWatch(stepFunctions, stateMachineArn, { deploymentId, timeoutMinutes });
    console.info({ message: 'announced', deploymentId, ...watch });
  } else {
    // The watch itself says, in a notification, what is wrong with its input; the event's id keeps that single, too.
    await startExecution(stepFunctions, stateMachineArn, `event-${event.id}`, JSON.stringify(event.detail ?? null));
    console.warn({ message: 'announced without a usable deployment id', event: event.id });
  }
}
