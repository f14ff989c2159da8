import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { findResources, type InstalledResources } from '../aws/stack-resources';
import { asUsageError } from './errors';
import type { StateMachine } from './state-machine';

/**
 * The resources of the installation that a state machine belongs to.
 *
 * @param ifDenied what to say if AWS denies a call, beside that it does
 * @returns undefined if no stack has the state machine
 * @throws UsageError
 */
export function findInstalledResources(
  { arn, stepFunctions }: StateMachine,
  ifDenied?: string,
): Promise<InstalledResources | undefined> {
  const client = new CloudFormationClient({ ...COMMAND_LINE_CLIENT, region: stepFunctions.config.region });
  return asUsageError(() => findResources(client, arn), ifDenied);
}
