import type { ServiceDeployment } from '../flightcontrol/deployment';
import { errorOf, failedFirst, nameOf } from '../flightcontrol/services';
import { cutMiddle } from '../text';
import { changesSinceLastSuccess } from './last-success';
import { abbreviateCommit, linkExecution, linkRepository } from './links';
import { countServices, isReasonInServices, type NotificationRecord } from './record';
import { testMarkOf } from './test-mark';
import { describeDuration, placeAndTrendOf } from './trend';

/**
 * A step may write 1 MiB; a record, whose services take at most 9,000 bytes, makes less than 0.2 MiB.
 * Source: GitHub docs, Workflow commands, Job summaries.
 */
const MAX_LISTED_SERVICES = 100;
const MAX_ERROR_CHARACTERS = 500;

/**
 * The summary of a GitHub Actions job, in GitHub's Markdown.
 *
 * @param timeline Markdown of its own. @default - none
 */
export function writeJobSummary(record: NotificationRecord, timeline?: string): string {
  const reason = isReasonInServices(record) ? undefined : record.reason;
  const paragraphs = [
    `### ${escapeMarkdown(`${testMarkOf(record)}${record.outcome}: ${placeAndTrendOf(record)}`)}`,
    reason && escapeMarkdown(reason),
    writeServices(record),
    timeline,
    writeFacts(record),
  ];
  return `${paragraphs.filter(Boolean).join('\n\n')}\n`;
}

function writeServices(record: NotificationRecord): string | undefined {
  const { services = [] } = record;
  if (services.length === 0) return undefined;
  // Most APIs give none, and an empty column takes the room of the errors.
  const hasAddresses = services.some(({ url }) => url !== undefined);
  const columns = ['Service', 'Status', ...(hasAddresses ? ['Address'] : []), 'Error'];
  const rows = failedFirst(services)
    .slice(0, MAX_LISTED_SERVICES)
    .map(hasAddresses ? listWithAddress : listService);
  const unlisted = countServices(record) - rows.length;
  const rest = unlisted > 0 ? [[`and ${unlisted} more`, ...columns.slice(1).map(() => '')]] : [];
  return [columns, columns.map(() => '---'), ...rows, ...rest].map(writeRow).join('\n');
}

function writeRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function listService(service: ServiceDeployment): [name: string, status: string, error: string] {
  const error = cutMiddle(errorOf(service) ?? '', MAX_ERROR_CHARACTERS);
  return [escapeMarkdown(nameOf(service)), escapeMarkdown(service.status ?? 'no status'), escapeMarkdown(error)];
}

function listWithAddress(service: ServiceDeployment): string[] {
  const [name, status, error] = listService(service);
  return [name, status, writeAddress(service), error];
}

/** Such an address holds nothing that would end a link. */
function writeAddress({ url }: ServiceDeployment): string {
  return url === undefined ? '' : link(url.replace(/^https?:\/\//, ''), url);
}

function writeFacts(record: NotificationRecord): string {
  const { deploymentId, environment, repository = {}, executionArn } = record;
  const commit = abbreviateCommit(repository.commit);
  const execution = linkExecution(executionArn);
  const facts = [
    environment?.preview && 'preview environment',
    deploymentId && `deployment ${escapeMarkdown(deploymentId)}`,
    commit && `commit ${link(commit, linkRepository(repository)?.commit)}`,
    describeDuration(record),
    writeChanges(record),
    execution && link('execution', execution),
  ];
  return facts.filter(Boolean).join(' · ');
}

function writeChanges(record: NotificationRecord): string | undefined {
  const changes = changesSinceLastSuccess(record);
  if (changes === undefined) return undefined;
  if (changes.kind === 'none') return 'the same commit as the last success';
  if (changes.link) return link('changes since the last success', changes.link);
  return `last success: ${escapeMarkdown(abbreviateCommit(changes.from) ?? '')}`;
}

function link(text: string, address: string | undefined): string {
  return address === undefined ? escapeMarkdown(text) : `[${escapeMarkdown(text)}](${address})`;
}

/**
 * Branches and errors may hold anything; a table's cell is one line. Two dollar signs would make a formula, an address a
 * link, which need not lead where it says. Source: GitHub docs, Writing mathematical expressions; GFM, Autolinks.
 */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('$', '<span>$</span>')
    .replaceAll('://', ':<span>//</span>')
    .replace(/www\./gi, (word) => `<span>${word.slice(0, 3)}</span>.`)
    .replaceAll('@', '<span>@</span>')
    .replaceAll('\n', '<br>');
}
