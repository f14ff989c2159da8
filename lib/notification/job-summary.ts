import prettyMilliseconds from 'pretty-ms';
import type { ServiceDeployment } from '../flightcontrol/deployment';
import { errorOf, failedFirst, nameOf } from '../flightcontrol/services';
import { cutMiddle } from '../text';
import { abbreviateCommit, linkExecution, linkRepository } from './links';
import { countServices, isReasonInServices, type NotificationRecord, placeOf } from './record';

/**
 * A step may write 1 MiB; a record, whose services take at most 9,000 bytes, makes less than 0.2 MiB.
 * Source: GitHub docs, Workflow commands, Job summaries.
 */
const MAX_LISTED_SERVICES = 100;
const MAX_ERROR_CHARACTERS = 500;

/** The summary of a GitHub Actions job, in GitHub's Markdown. */
export function writeJobSummary(record: NotificationRecord): string {
  const reason = isReasonInServices(record) ? undefined : record.reason;
  const paragraphs = [
    `### ${escapeMarkdown(`${record.outcome}: ${placeOf(record)}`)}`,
    reason && escapeMarkdown(reason),
    writeServices(record),
    writeFacts(record),
  ];
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`;
}

function writeServices(record: NotificationRecord): string | undefined {
  const { services = [] } = record;
  if (services.length === 0) return undefined;
  const rows = failedFirst(services).slice(0, MAX_LISTED_SERVICES).map(writeService);
  const unlisted = countServices(record) - rows.length;
  const rest = unlisted > 0 ? [`| and ${unlisted} more | | |`] : [];
  return ['| Service | Status | Error |', '| --- | --- | --- |', ...rows, ...rest].join('\n');
}

function writeService(service: ServiceDeployment): string {
  const error = cutMiddle(errorOf(service) ?? '', MAX_ERROR_CHARACTERS);
  return `| ${[nameOf(service), service.status ?? 'no status', error].map(escapeMarkdown).join(' | ')} |`;
}

function writeFacts({ deploymentId, repository = {}, durationSeconds, executionArn }: NotificationRecord): string {
  const commit = abbreviateCommit(repository.commit);
  const execution = linkExecution(executionArn);
  const facts = [
    deploymentId && `deployment ${escapeMarkdown(deploymentId)}`,
    commit && `commit ${link(commit, linkRepository(repository)?.commit)}`,
    durationSeconds === undefined ? undefined : prettyMilliseconds(durationSeconds * 1000),
    execution && link('execution', execution),
  ];
  return facts.filter(Boolean).join(' · ');
}

function link(text: string, address: string | undefined): string {
  return address === undefined ? escapeMarkdown(text) : `[${escapeMarkdown(text)}](${address})`;
}

/**
 * Branches and errors may hold anything; a table's cell is one line. Two dollar signs would make a formula.
 * Source: GitHub docs, Writing mathematical expressions.
 */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('$', '<span>$</span>')
    .replaceAll('\n', '<br>');
}
