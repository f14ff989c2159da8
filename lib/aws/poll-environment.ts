import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';

/**
 * What the poll function of a state machine is told: where its key is, and which API it asks.
 *
 * @returns its environment; undefined if the state machine is none of Flightwatch's.
 * @throws what the AWS SDK throws
 */
export async function readPollEnvironment(
  stepFunctions: SFNClient,
  lambda: LambdaClient,
  stateMachineArn: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const { definition = '{}' } = await stepFunctions.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const { States } = JSON.parse(definition) as { States?: Record<string, { Resource?: string } | undefined> };
  const FunctionName = States?.['Poll Deployment']?.Resource;
  if (FunctionName === undefined) return undefined;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Environment?.Variables;
}
