import { LambdaClient } from '@aws-sdk/client-lambda';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { type DeployedSettings, readDeployedSettings } from '../aws/deployed-settings';
import { asUsageError, UsageError } from './errors';
import type { StateMachine } from './state-machine';

/**
 * The settings of the poll function that a state machine calls.
 *
 * @param ifDenied what to say if AWS denies a call, beside that it does
 * @throws UsageError
 */
export async function readInstalledSettings(
  { arn, stepFunctions }: StateMachine,
  ifDenied?: string,
): Promise<DeployedSettings> {
  const lambda = new LambdaClient({ ...COMMAND_LINE_CLIENT, region: stepFunctions.config.region });
  const settings = await asUsageError(() => readDeployedSettings(stepFunctions, lambda, arn), ifDenied);
  if (settings !== undefined) return settings;
  throw new UsageError(
    `${arn} is not a Flightwatch state machine: pass the ARN of the one that watches with --state-machine-arn.`,
  );
}
