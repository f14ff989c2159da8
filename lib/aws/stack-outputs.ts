import {
  type CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { StackOutputs } from '../contract/stack-outputs';

/**
 * The outputs of the stack that a state machine belongs to.
 *
 * @returns undefined if no stack has the state machine
 * @throws what the AWS SDK throws
 */
export async function readStackOutputs(
  cloudFormation: CloudFormationClient,
  stateMachineArn: string,
): Promise<Partial<StackOutputs> | undefined> {
  const stack = await findStack(cloudFormation, stateMachineArn);
  return stack && outputsOf(stack);
}

/**
 * The stack that a state machine belongs to.
 *
 * @returns undefined if no stack has the state machine
 * @throws what the AWS SDK throws
 */
export async function findStack(client: CloudFormationClient, stateMachineArn: string): Promise<Stack | undefined> {
  return (await findStackOf(client, stateMachineArn)) ?? (await searchStackOf(client, stateMachineArn));
}

export function outputsOf({ Outputs = [] }: Stack): Partial<StackOutputs> {
  return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

/** Source: CloudFormation API, DescribeStackResources: a resource names its stack. */
async function findStackOf(cloudFormation: CloudFormationClient, arn: string): Promise<Stack | undefined> {
  try {
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ PhysicalResourceId: arn }),
    );
    const StackName = StackResources.find(({ PhysicalResourceId }) => PhysicalResourceId === arn)?.StackName;
    if (StackName === undefined) return undefined;
    return (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  } catch (error) {
    // CloudFormation's only error for what it does not know.
    if ((error as Error).name === 'ValidationError') return undefined;
    throw error;
  }
}

/** Emulators find no stack by its resource; the stack's outputs name the state machine, too. */
async function searchStackOf(client: CloudFormationClient, arn: string): Promise<Stack | undefined> {
  for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
    const found = Stacks.find(({ Outputs = [] }) => Outputs.some(({ OutputValue }) => OutputValue === arn));
    if (found !== undefined) return found;
  }
  return undefined;
}
