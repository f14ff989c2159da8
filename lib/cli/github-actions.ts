import { appendFileSync } from 'node:fs';
import { writeJobSummary } from '../notification/job-summary';
import type { NotificationRecord } from '../notification/record';
import { messageOf } from '../text';
import type { Terminal } from './terminal';

/** In a job of GitHub Actions: an annotation unless the deployment succeeded, and a job summary. */
export function reportToGitHub(subject: string, record: NotificationRecord, terminal: Terminal): void {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = terminal.env;
  if (GITHUB_ACTIONS !== 'true') return;
  if (record.outcome !== 'SUCCEEDED') terminal.annotate(subject, record.reason ?? subject);
  if (GITHUB_STEP_SUMMARY) appendSummary(GITHUB_STEP_SUMMARY, writeJobSummary(record), terminal);
}

function appendSummary(file: string, markdown: string, terminal: Terminal): void {
  try {
    appendFileSync(file, `${markdown}\n`);
  } catch (error) {
    terminal.err(`The job summary could not be written: ${messageOf(error)}.`);
  }
}
