import { addressOf } from '../contract/documents';
import { messageOf } from '../text';

/** Wrong usage or settings: one sentence for the user, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The outcome is not known: one sentence for the user, exit status 3. */
export class UnknownOutcomeError extends Error {
  override readonly name = 'UnknownOutcomeError';
}

/** What a program may do about an error of AWS. */
type ErrorKind = 'credentials' | 'denied' | 'missing' | 'unreachable';

const SIGN_IN =
  'sign in again (for example with "aws sso login"), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';

interface KnownError {
  readonly kind: ErrorKind;
  readonly names: RegExp;
  readonly problem: string;
  readonly advice: string;
}

const KNOWN_ERRORS: readonly KnownError[] = [
  {
    kind: 'credentials',
    names: /^(CredentialsProviderError|TokenProviderError)$/,
    problem: 'No AWS credentials were found',
    advice: SIGN_IN,
  },
  {
    kind: 'credentials',
    names:
      /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|InvalidAccessKeyId|MissingAuthenticationToken)/,
    problem: 'AWS rejected these credentials',
    advice: SIGN_IN,
  },
  {
    kind: 'denied',
    names: /^((KMS)?AccessDenied|AuthorizationError)/,
    problem: 'AWS denied this call',
    // Behind the address is a space, because a full stop or a comma would become a part of it.
    advice: `use a role with the permissions in ${addressOf('docs/command-line.md', 'Permissions')} and set FLIGHTWATCH_STATE_MACHINE_ARN`,
  },
  {
    kind: 'missing',
    names: /^(StateMachineDoesNotExist|InvalidArn)$/,
    problem: 'The state machine does not exist',
    advice: 'compare --state-machine-arn or FLIGHTWATCH_STATE_MACHINE_ARN with the ARN in the Step Functions console',
  },
  {
    kind: 'unreachable',
    names: /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|TimeoutError)$/,
    problem: 'AWS cannot be reached',
    advice: 'check the network, the AWS region and AWS_ENDPOINT_URL',
  },
];

/** Explains an error of an AWS call in one sentence, with what to do. */
export function describeAwsError(error: unknown): string {
  const { name } = error as Error;
  const message = messageOf(error);
  if (hasNoRegion(error))
    return 'No AWS region is set: set AWS_REGION or AWS_DEFAULT_REGION, or use --state-machine-arn.';
  const known = findKnown(error);
  if (known === undefined)
    return `The AWS call failed (${name}: ${message}); to see the stack trace, put --debug before the command.`;
  return `${known.problem} (${name}: ${message}): ${known.advice}.`;
}

/** @returns undefined if it is none of those that are known */
export function kindOfAwsError(error: unknown): ErrorKind | undefined {
  return hasNoRegion(error) ? 'credentials' : findKnown(error)?.kind;
}

function hasNoRegion(error: unknown): boolean {
  return /Region (is missing|not accepted)/.test(messageOf(error));
}

function findKnown(error: unknown): KnownError | undefined {
  const { name, code = '' } = error as NodeJS.ErrnoException;
  return KNOWN_ERRORS.find(({ names }) => names.test(name) || names.test(code));
}

/**
 * Runs AWS calls that a watch or a command depends on; an error is one that the user can correct.
 *
 * @param ifDenied sentences to add if AWS denies a call, such as which permissions it needs
 */
export async function asUsageError<T>(work: () => Promise<T>, ifDenied?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const more = ifDenied !== undefined && kindOfAwsError(error) === 'denied' ? ` ${ifDenied}` : '';
    throw new UsageError(`${describeAwsError(error)}${more}`, { cause: error });
  }
}
