import { messageOf } from '../text';

/** Wrong usage: one sentence for the user, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Nobody can tell how it went: one sentence for the user, exit status 3. */
export class UnknownEndError extends Error {
  override readonly name = 'UnknownEndError';
}

const SIGN_IN =
  'sign in again (such as "aws sso login"), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';

const ADVICE: readonly { readonly names: RegExp; readonly what: string; readonly todo: string }[] = [
  { names: /^(CredentialsProviderError|TokenProviderError)$/, what: 'No AWS credentials were found', todo: SIGN_IN },
  {
    names:
      /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|InvalidAccessKeyId|MissingAuthenticationToken)/,
    what: 'AWS does not take these credentials',
    todo: SIGN_IN,
  },
  {
    names: /^AccessDenied/,
    what: 'AWS does not allow this',
    todo: 'use a role with the permissions that the README names, and name the state machine in FLIGHTWATCH_STATE_MACHINE_ARN',
  },
  {
    names: /^(StateMachineDoesNotExist|InvalidArn)$/,
    what: 'There is no such state machine',
    todo: 'compare --state-machine-arn or FLIGHTWATCH_STATE_MACHINE_ARN with the output StateMachineArn of the stack',
  },
  {
    names: /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|TimeoutError)$/,
    what: 'AWS cannot be reached',
    todo: 'check the network, AWS_REGION and AWS_ENDPOINT_URL',
  },
];

/** What AWS, or the way to it, has against a call: one sentence with what to do. */
export function describeAwsError(error: unknown): string {
  const { name, code = '' } = error as NodeJS.ErrnoException;
  const message = messageOf(error);
  if (/Region (is missing|not accepted)/.test(message))
    return 'No AWS region is set: set AWS_REGION, or use --state-machine-arn.';
  const known = ADVICE.find(({ names }) => names.test(name) || names.test(code));
  if (known === undefined) return `AWS did not do it (${name}: ${message}); --debug before the command shows more.`;
  return `${known.what} (${name}: ${message}): ${known.todo}.`;
}

/** Runs the calls of AWS that come before a watch; what goes wrong there is for the user to mend. */
export async function orUsageError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(describeAwsError(error), { cause: error });
  }
}
