import { createStepFunctionsClient } from '../lib/aws/clients';
import { startExecution, startWatch } from '../lib/aws/start-watch';
import { startEnvironment } from '../lib/contract/environment';
import { executionNameOfEvent } from '../lib/contract/execution-name';
import { isDeploymentId } from '../lib/flightcontrol/deployment-id';

/** What EventBridge delivers, at least once: `Deployment Triggered`. */
export interface DeploymentTriggered {
  readonly id: string;
  readonly detail?: unknown;
}

const stepFunctions = createStepFunctionsClient();

/** Lambda's entry. Lambda retries what is thrown, and then sends the event to the dead-letter queue. */
export async function handler(event: DeploymentTriggered): Promise<void> {
  const { stateMachineArn } = startEnvironment.decode(process.env);
  const { deploymentId, timeoutMinutes } = (event.detail ?? {}) as Readonly<Record<string, unknown>>;
  if (isDeploymentId(deploymentId)) {
    const watch = await startWatch(stepFunctions, stateMachineArn, { deploymentId, timeoutMinutes });
    console.info({ message: 'announced', deploymentId, ...watch });
  } else {
    // The watch itself says, in a notification, what is wrong with its input; the event's id keeps it single, too.
    const name = executionNameOfEvent(event.id);
    await startExecution(stepFunctions, stateMachineArn, name, JSON.stringify(event.detail ?? null));
    console.warn({ message: 'announced without a usable deployment id', event: event.id });
  }
}
