import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { historyEnvironment } from '../contract/environment';
import { type PollEnvironment, pollEnvironment } from '../contract/poll-environment';
import { STATES } from '../contract/states';
import { EnvironmentError } from '../contract/variables';

/** What a deployed state machine says of its installation. */
export interface DeployedDefinition {
  readonly comment: string;
  /** ARN of the version that looks at deployments. */
  readonly pollFunction?: string | undefined;
  readonly topicArn?: string | undefined;
}

/** The settings of the deployed poll function. */
export interface DeployedSettings extends PollEnvironment {
  /** Absent if nothing is remembered. */
  readonly historyTable?: string | undefined;
}

interface State {
  readonly Resource?: string;
  readonly Parameters?: { readonly TopicArn?: string };
}

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
): Promise<DeployedSettings | undefined> {
  const { pollFunction } = await readDefinition(stepFunctions, stateMachineArn);
  return pollFunction === undefined ? undefined : readPollSettings(lambda, pollFunction);
}

/** @throws what the AWS SDK throws */
export async function readDefinition(stepFunctions: SFNClient, stateMachineArn: string): Promise<DeployedDefinition> {
  const { definition = '{}' } = await stepFunctions.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const { Comment = '', States = {} } = JSON.parse(definition) as {
    readonly Comment?: string;
    readonly States?: Readonly<Record<string, State | undefined>>;
  };
  return {
    comment: Comment,
    pollFunction: States[STATES.poll]?.Resource,
    topicArn: States[STATES.notifySuccess]?.Parameters?.TopicArn,
  };
}

/**
 * @returns undefined if the function is not one of Flightwatch's
 * @throws what the AWS SDK throws
 */
export async function readPollSettings(
  lambda: LambdaClient,
  pollFunction: string,
): Promise<DeployedSettings | undefined> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: pollFunction }));
  return decode(Environment?.Variables ?? {});
}

function decode(variables: Readonly<Record<string, string>>): DeployedSettings | undefined {
  try {
    return { ...pollEnvironment.decode(variables), historyTable: historyEnvironment.decode(variables) };
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
}
