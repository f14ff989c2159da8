import { messageOf } from '../text';
import { UnknownOutcomeError, UsageError } from './errors';
import { reportProblem } from './github-actions';
import type { Terminal } from './terminal';

/**
 * Prints why a command has no outcome to report.
 *
 * @returns the exit status
 */
export function reportError(error: unknown, terminal: Terminal): number {
  const isExpected = error instanceof UsageError || error instanceof UnknownOutcomeError;
  reportProblem(isExpected ? error.message : `Flightwatch failed: ${messageOf(error)}`, terminal);
  return error instanceof UsageError ? 2 : 3;
}
