/** Source: aws-cdk-lib, aws-ssm/lib/parameter.ts, `valueFromLookup`. */
const PLACEHOLDER = 'dummy-value-for-';

/** Whether the command line has yet to look this text up, which it does after a first synthesis without errors. */
export function isBeforeLookup(value: unknown): boolean {
  return typeof value === 'string' && value.includes(PLACEHOLDER);
}
