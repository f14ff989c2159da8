import { findPhysicalId } from '../aws/stack-resources';
import { UsageError } from './errors';
import { findInstalledResources } from './installed-resources';
import type { StateMachine } from './state-machine';

/**
 * The ARN of the report state machine that belongs to a watch state machine.
 *
 * @throws UsageError
 */
export async function findReportMachine(stateMachine: StateMachine): Promise<string> {
  const { arn } = stateMachine;
  const installed = await findInstalledResources(stateMachine);
  if (installed === undefined) throw new UsageError(`No stack has ${arn} as a resource.`);
  const { stackName, resources } = installed;
  const reports = findPhysicalId(resources, 'AWS::StepFunctions::StateMachine', 'WatchdogReport');
  if (reports !== undefined) return reports;
  throw new UsageError(
    `No report state machine of ${arn} was found in the stack ${stackName}: it was deployed by another version, or your app overrides its logical id. Deploy it again.`,
  );
}
