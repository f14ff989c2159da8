import type { AwsServer } from './aws-server';

/** What every SDK program takes from its environment; the secret key is a canary. */
export function awsEnvironment(aws: AwsServer): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'CANARY_of_aws',
    AWS_REGION: 'us-east-1',
  };
}
