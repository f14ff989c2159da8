import { GetFunctionUrlConfigCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { findPhysicalId, type StackResource } from './stack-resources';

/** The webhook receiver of an installation, as CloudFormation knows it. */
export interface DeployedReceiver {
  readonly functionName: string;
  /** What webhooks sign with. */
  readonly secretArn: string;
}

/** @returns undefined if the installation has none */
export function findReceiverIn(resources: readonly StackResource[]): DeployedReceiver | undefined {
  const functionName = findPhysicalId(resources, 'AWS::Lambda::Function', 'GitHubWebhookReceiver');
  const secretArn = findPhysicalId(resources, 'AWS::SecretsManager::Secret', 'GitHubWebhookSecret');
  return functionName === undefined || secretArn === undefined ? undefined : { functionName, secretArn };
}

/**
 * The address that GitHub delivers to. CloudFormation tells it only to outputs.
 * Source: CloudFormation docs, AWS::Lambda::Url: the resource's id is the ARN of the function.
 *
 * @throws what the AWS SDK throws
 */
export async function readReceiverUrl(lambda: LambdaClient, { functionName }: DeployedReceiver): Promise<URL> {
  const { FunctionUrl = '' } = await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: functionName }));
  return new URL(FunctionUrl);
}
