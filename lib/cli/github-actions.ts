import { appendFileSync } from 'node:fs';
import { writeJobSummary } from '../notification/job-summary';
import type { NotificationRecord } from '../notification/record';
import { messageOf } from '../text';
import type { Terminal } from './terminal';

/** In a job of GitHub Actions: an annotation unless the deployment succeeded, and a job summary. */
export function reportToGitHub(subject: string, record: NotificationRecord, terminal: Terminal): void {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = terminal.env;
  if (GITHUB_ACTIONS !== 'true') return;
  if (record.outcome !== 'SUCCEEDED') annotate(subject, record.reason ?? subject, terminal);
  if (GITHUB_STEP_SUMMARY) appendSummary(GITHUB_STEP_SUMMARY, writeJobSummary(record), terminal);
}

/** The runner reads both streams; standard output may go to a program. Source: GitHub docs, Workflow commands. */
function annotate(title: string, message: string, terminal: Terminal): void {
  terminal.err(`::error title=${escapeProperty(title)}::${escapeData(message)}`);
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function appendSummary(file: string, markdown: string, terminal: Terminal): void {
  try {
    appendFileSync(file, `${markdown}\n`);
  } catch (error) {
    terminal.err(`The job summary could not be written: ${messageOf(error)}.`);
  }
}
