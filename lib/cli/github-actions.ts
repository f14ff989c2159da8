import { appendFileSync } from 'node:fs';
import prettyMilliseconds from 'pretty-ms';
import type { ServiceDeployment } from '../flightcontrol/deployment';
import { linkExecution, linkRepository } from '../notification/links';
import type { NotificationRecord } from '../notification/record';
import { cutMiddle, messageOf } from '../text';
import { nameOf } from '../watch/look';
import type { Told } from './end';

/** Far below the 1 MiB that a step's summary may have. Source: GitHub docs, Workflow commands, Job summaries. */
const MAX_LISTED_SERVICES = 100;
const MAX_ERROR_CHARACTERS = 500;

/** In a job of GitHub Actions: an annotation for what is no success, and a summary of the job. */
export function reportToGitHub({ subject, record }: Told, env: NodeJS.ProcessEnv): void {
  if (env.GITHUB_ACTIONS !== 'true') return;
  if (record.outcome !== 'SUCCEEDED') annotate(subject, record.reason ?? subject);
  if (env.GITHUB_STEP_SUMMARY) writeSummary(env.GITHUB_STEP_SUMMARY, summarise(subject, record));
}

/** The runner reads both streams; standard output may go to a program. Source: GitHub docs, Workflow commands. */
function annotate(title: string, message: string): void {
  console.error(`::error title=${escapeProperty(title)}::${escapeData(message)}`);
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function writeSummary(file: string, markdown: string): void {
  try {
    appendFileSync(file, `${markdown}\n`);
  } catch (error) {
    console.error(`The job summary could not be written: ${messageOf(error)}.`);
  }
}

function summarise(subject: string, record: NotificationRecord): string {
  const paragraphs = [
    `### ${escapeMarkdown(subject)}`,
    record.reason && escapeMarkdown(record.reason),
    writeServices(record.services ?? []),
    writeFacts(record),
  ];
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`;
}

function writeServices(services: readonly ServiceDeployment[]): string | undefined {
  if (services.length === 0) return undefined;
  const rows = services.slice(0, MAX_LISTED_SERVICES).map((service) => {
    const error = cutMiddle(service.error ?? '', MAX_ERROR_CHARACTERS);
    return `| ${[nameOf(service), service.status ?? '', error].map(escapeMarkdown).join(' | ')} |`;
  });
  const unlisted = services.length - rows.length;
  const rest = unlisted > 0 ? [`| and ${unlisted} more | | |`] : [];
  return ['| Service | Status | Error |', '| --- | --- | --- |', ...rows, ...rest].join('\n');
}

function writeFacts({ repository = {}, durationSeconds, executionArn }: NotificationRecord): string {
  const links = linkRepository(repository);
  const execution = linkExecution(executionArn);
  const facts = [
    repository.commit && link(repository.commit.slice(0, 12), links?.commit),
    durationSeconds === undefined ? undefined : prettyMilliseconds(durationSeconds * 1000),
    execution && link('execution', execution),
  ];
  return facts.filter(Boolean).join(' · ');
}

function link(text: string, address: string | undefined): string {
  return address === undefined ? escapeMarkdown(text) : `[${escapeMarkdown(text)}](${address})`;
}

/** Branches and errors may hold anything; a table's cell is one line. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('\n', '<br>');
}
