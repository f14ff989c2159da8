import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

/**
 * Who calls AWS with these credentials, by the last part of the ARN: a user, or the session of a role, which is the
 * user's name or address with IAM Identity Center. Needs no permission. Source: STS API, GetCallerIdentity.
 *
 * @throws what the AWS SDK throws
 */
export async function readCallerName(sts: STSClient): Promise<string | undefined> {
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return Arn.split(/[:/]/).at(-1) || undefined;
}
