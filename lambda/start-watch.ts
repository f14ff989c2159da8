import { createStepFunctionsClient } from '../lib/aws/clients';
import { startExecution, startWatch } from '../lib/aws/start-watch';
import { startEnvironment } from '../lib/contract/environment';
import { executionNameOfEvent } from '../lib/contract/execution-name';
import { isDeploymentId } from '../lib/flightcontrol/deployment-id';
import { showableValue } from '../lib/text';

/** What EventBridge delivers, at least once: `Deployment Triggered`. */
export interface DeploymentTriggered {
  readonly id: string;
  readonly detail?: unknown;
}

const stepFunctions = createStepFunctionsClient();

/** Lambda's entry. Lambda retries what is thrown, and then sends the event to the dead-letter queue. */
export async function handler({ id: eventId, detail }: DeploymentTriggered): Promise<void> {
  const { stateMachineArn } = startEnvironment.decode(process.env);
  const { deploymentId, ...others } = (detail ?? {}) as Readonly<Record<string, unknown>>;
  const timeoutMinutes = showableValue(others.timeoutMinutes);
  if (isDeploymentId(deploymentId)) {
    const watch = await startWatch(stepFunctions, stateMachineArn, { deploymentId, timeoutMinutes, eventId });
    console.info({ message: 'announced', deploymentId, eventId, ...watch });
  } else {
    // The watch itself says, in a notification, what is wrong with its input; the event's id keeps it single, too.
    const input = JSON.stringify({ deploymentId: showableValue(deploymentId), timeoutMinutes, eventId });
    await startExecution(stepFunctions, stateMachineArn, executionNameOfEvent(eventId), input);
    console.warn({ message: 'announced without a usable deployment id', eventId });
  }
}
