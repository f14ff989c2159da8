import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { findStack } from '../aws/stack-outputs';
import { listResources } from '../aws/stack-resources';
import { asUsageError, UsageError } from './errors';
import type { StateMachine } from './state-machine';

/** As CloudFormation knows the state machine that publishes the reports of the watchdog. */
const REPORTS = { type: 'AWS::StepFunctions::StateMachine', place: 'WatchdogReport' };

/**
 * The ARN of the report state machine that belongs to a watch state machine.
 *
 * @throws UsageError
 */
export async function findReportMachine({ arn, stepFunctions }: StateMachine): Promise<string> {
  const cloudFormation = new CloudFormationClient({ ...COMMAND_LINE_CLIENT, region: stepFunctions.config.region });
  const stack = await asUsageError(() => findStack(cloudFormation, arn));
  if (stack?.StackName === undefined) throw new UsageError(`No stack has ${arn} as a resource.`);
  const { StackName } = stack;
  const resources = await asUsageError(() => listResources(cloudFormation, StackName, arn));
  const reports = resources.find(({ type, place }) => type === REPORTS.type && place === REPORTS.place);
  if (reports !== undefined) return reports.physicalId;
  throw new UsageError(
    `The stack ${StackName} has no report state machine for ${arn}: it was deployed by another version. Deploy it again.`,
  );
}
