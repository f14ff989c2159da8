import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type PollEnvironment, pollEnvironment } from '../contract/poll-environment';
import { STATES } from '../contract/states';
import { EnvironmentError } from '../contract/variables';

/**
 * The settings that a deployed state machine's poll function has: where its key is, and which API it asks.
 *
 * @returns undefined if the state machine is not one of Flightwatch's
 * @throws what the AWS SDK throws
 */
export async function readDeployedSettings(
  stepFunctions: SFNClient,
  lambda: LambdaClient,
  stateMachineArn: string,
): Promise<PollEnvironment | undefined> {
  const { definition = '{}' } = await stepFunctions.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const { States } = JSON.parse(definition) as { States?: Record<string, { Resource?: string } | undefined> };
  const FunctionName = States?.[STATES.poll]?.Resource;
  if (FunctionName === undefined) return undefined;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return decode(Environment?.Variables ?? {});
}

function decode(variables: Readonly<Record<string, string>>): PollEnvironment | undefined {
  try {
    return pollEnvironment.decode(variables);
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
}
