import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { writeJobSummary } from '../notification/job-summary';
import type { NotificationRecord } from '../notification/record';
import { messageOf } from '../text';
import type { Terminal } from './terminal';

/** What a job of GitHub Actions is told of a watch that has ended. */
export interface JobReport {
  readonly subject: string;
  readonly record: NotificationRecord;
  /** Markdown. @default - none */
  readonly timeline?: string | undefined;
}

/** A step's outputs. Source: docs/ci.md, "Outputs". */
export type StepOutputs = Partial<
  Record<
    | 'deployment-id'
    | 'outcome'
    | 'status'
    | 'reason'
    | 'environment'
    | 'duration-seconds'
    | 'execution-arn'
    | 'services'
    | 'record',
    string | undefined
  >
>;

/** In a job of GitHub Actions: an annotation unless the deployment succeeded, a job summary, and the step's outputs. */
export function reportToGitHub({ subject, record, timeline }: JobReport, terminal: Terminal): void {
  if (!isInGitHubActions(terminal)) return;
  if (record.outcome !== 'SUCCEEDED') terminal.annotate(subject, record.reason ?? subject);
  appendTo('GITHUB_STEP_SUMMARY', `${writeJobSummary(record, timeline)}\n`, terminal);
  setOutputs(outputsOf(record), terminal);
}

/** An error is one line of the log: in a job of GitHub Actions as an annotation, which the log shows, too. */
export function reportProblem(message: string, terminal: Terminal): void {
  if (isInGitHubActions(terminal)) terminal.annotate('Flightwatch', message);
  else terminal.err(message);
}

/** Sets outputs of the step, if this is a job of GitHub Actions. What is unknown stays unset. */
export function setOutputs(outputs: StepOutputs, terminal: Terminal): void {
  if (!isInGitHubActions(terminal)) return;
  const known = Object.entries(outputs).filter(([, value]) => value !== undefined);
  appendTo('GITHUB_OUTPUT', known.map(([name, value = '']) => formatOutput(name, value)).join(''), terminal);
}

function isInGitHubActions({ env }: Terminal): boolean {
  return env.GITHUB_ACTIONS === 'true';
}

/** Of the embedded engine: it names nothing that a later step could ask for. */
const LOCAL_EXECUTION = /^arn:aws:states:local:/;

function outputsOf(record: NotificationRecord): StepOutputs {
  const { deploymentId, outcome, status, reason, environment, durationSeconds, executionArn, services = [] } = record;
  return {
    'deployment-id': deploymentId,
    outcome,
    status,
    reason,
    environment: environment?.givenId ?? environment?.id,
    'duration-seconds': durationSeconds?.toString(),
    'execution-arn': LOCAL_EXECUTION.test(executionArn) ? undefined : executionArn,
    // Always a list, so that `fromJSON` works whatever the outcome.
    services: JSON.stringify(services),
    record: JSON.stringify(record),
  };
}

/** Source: GitHub docs, Workflow commands, Multiline strings. No text can end with a random delimiter. */
function formatOutput(name: string, value: string): string {
  const delimiter = `flightwatch_${randomUUID()}`;
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

const FILES = { GITHUB_STEP_SUMMARY: 'job summary', GITHUB_OUTPUT: 'outputs of the step' } as const;

function appendTo(variable: keyof typeof FILES, text: string, terminal: Terminal): void {
  const file = terminal.env[variable];
  if (!file) return;
  try {
    appendFileSync(file, text);
  } catch (error) {
    terminal.err(`The ${FILES[variable]} could not be written: ${messageOf(error)}.`);
  }
}
