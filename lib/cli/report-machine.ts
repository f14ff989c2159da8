import { UsageError } from './errors';
import { findInstalledResources } from './installed-resources';
import type { StateMachine } from './state-machine';

/** As CloudFormation knows the state machine that publishes the reports of the watchdog. */
const REPORTS = { type: 'AWS::StepFunctions::StateMachine', place: 'WatchdogReport' };

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
  const reports = resources.find(({ type, place }) => type === REPORTS.type && place === REPORTS.place);
  if (reports !== undefined) return reports.physicalId;
  throw new UsageError(
    `No report state machine of ${arn} was found in the stack ${stackName}: it was deployed by another version, or your app overrides its logical id. Deploy it again.`,
  );
}
