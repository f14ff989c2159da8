import {
  type CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { StackOutputs } from '../contract/stack-outputs';

/**
 * The name of the stack that a state machine belongs to.
 *
 * @returns undefined if no stack has the state machine
 * @throws what the AWS SDK throws
 */
export async function findStackName(
  client: CloudFormationClient,
  stateMachineArn: string,
): Promise<string | undefined> {
  return (await askForStack(client, stateMachineArn)) ?? (await searchOutputs(client, stateMachineArn));
}

/** @throws what the AWS SDK throws */
export async function describeStack(client: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  return (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
}

export function outputsOf({ Outputs = [] }: Pick<Stack, 'Outputs'>): Partial<StackOutputs> {
  return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

/**
 * Source: CloudFormation API, DescribeStackResources: it answers with the resources of the stack that the given one
 * belongs to, but only with 100, so the given one may not be among them.
 */
async function askForStack(client: CloudFormationClient, PhysicalResourceId: string): Promise<string | undefined> {
  try {
    const { StackResources } = await client.send(new DescribeStackResourcesCommand({ PhysicalResourceId }));
    return StackResources?.[0]?.StackName;
  } catch (error) {
    // CloudFormation's only error for what it does not know.
    if ((error as Error).name === 'ValidationError') return undefined;
    throw error;
  }
}

/** Emulators find no stack by its resource, but an output may name the state machine. */
async function searchOutputs(client: CloudFormationClient, arn: string): Promise<string | undefined> {
  try {
    for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
      const found = Stacks.find(({ Outputs = [] }) => Outputs.some(({ OutputValue }) => OutputValue === arn));
      if (found !== undefined) return found.StackName;
    }
  } catch (error) {
    // AWS has answered already, so nobody needs this permission there.
    if (!(error as Error).name.startsWith('AccessDenied')) throw error;
  }
  return undefined;
}
