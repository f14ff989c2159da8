import type { Outcome } from '../contract/outcomes';
import type { NotificationRecord } from '../notification/record';
import { reportToGitHub } from './github-actions';
import { colourOf, showEmail } from './output';
import type { Terminal } from './terminal';

/** Exit statuses. Source: the README, "Command line". */
const EXIT_STATUS: Readonly<Record<Outcome, number>> = {
  SUCCEEDED: 0,
  FAILED: 1,
  CANCELLED: 1,
  TIMED_OUT: 3,
  WATCH_FAILED: 3,
};

/** The notification of a watch that has ended, as far as a command shows it. */
export interface FinalNotification {
  readonly subject: string;
  readonly email: string;
  readonly record: NotificationRecord;
}

/**
 * Prints how a watch ended.
 *
 * @returns the exit status
 */
export function reportOutcome(
  { subject, email, record }: FinalNotification,
  json: boolean | undefined,
  terminal: Terminal,
): number {
  if (json) terminal.json(record);
  else {
    showEmail(subject, email, terminal);
    terminal.out(colourOf(record.outcome, terminal.colors)(subject));
  }
  reportToGitHub(subject, record, terminal);
  return EXIT_STATUS[record.outcome];
}
