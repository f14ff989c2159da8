import { GetFunctionUrlConfigCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { StackResource } from './stack-resources';

/** The webhook receiver of an installation, as CloudFormation knows it. */
export interface DeployedReceiver {
  readonly functionName: string;
  /** What webhooks sign with. */
  readonly secretArn: string;
}

/** @returns undefined if the installation has none */
export function findReceiverIn(resources: readonly StackResource[]): DeployedReceiver | undefined {
  const find = (type: string, place: string) => resources.find((one) => one.type === type && one.place === place);
  const receiver = find('AWS::Lambda::Function', 'GitHubWebhookReceiver');
  const secret = find('AWS::SecretsManager::Secret', 'GitHubWebhookSecret');
  if (receiver === undefined || secret === undefined) return undefined;
  return { functionName: receiver.physicalId, secretArn: secret.physicalId };
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
