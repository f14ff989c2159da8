import type { Outcome } from '../contract/outcomes';
import { showEmail } from './email-frame';
import { type JobReport, reportToGitHub } from './github-actions';
import { colourOf } from './output';
import type { Terminal } from './terminal';

/** Exit statuses. Source: docs/command-line.md, "Exit statuses". */
const EXIT_STATUS: Readonly<Record<Outcome, number>> = {
  SUCCEEDED: 0,
  FAILED: 1,
  CANCELLED: 1,
  TIMED_OUT: 3,
  WATCH_FAILED: 3,
};

/** The notification of a watch that has ended, as far as a command shows it. */
export interface FinalNotification extends JobReport {
  readonly email: string;
}

/**
 * Prints how a watch ended.
 *
 * @returns the exit status
 */
export function reportOutcome(notification: FinalNotification, json: boolean | undefined, terminal: Terminal): number {
  const { subject, email, record } = notification;
  if (json) terminal.json(record);
  else {
    showEmail(subject, email, terminal);
    terminal.out(colourOf(record.outcome, terminal.colors)(subject));
  }
  reportToGitHub(notification, terminal);
  return EXIT_STATUS[record.outcome];
}
