import type { Outcome } from '../contract/outcomes';
import type { ServiceDeployment } from '../flightcontrol/deployment';
import { errorOf, failedFirst, nameOf } from '../flightcontrol/services';
import { cutMiddle, oneLine, takeWithin } from '../text';
import { abbreviateCommit, linkExecution, linkRepository } from './links';
import { countServices, isReasonInServices, type NotificationRecord, placeOf } from './record';

/** The custom notification of Amazon Q Developer in chat applications, which drops other messages silently. */
export interface ChatMessage {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps?: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: { readonly threadId: string; readonly summary: string };
}

const EMOJI: Readonly<Record<Outcome, string>> = {
  SUCCEEDED: ':white_check_mark:',
  FAILED: ':x:',
  CANCELLED: ':no_entry_sign:',
  TIMED_OUT: ':hourglass:',
  WATCH_FAILED: ':warning:',
};

const MAX_LISTED_SERVICES = 10;
/** With all parts at their largest, a message has 8.5 KiB, well below the limit of 10 KiB. */
const MAX_SERVICES_BYTES = 4_000;

export function writeChatMessage(record: NotificationRecord, nextStep?: string): ChatMessage {
  const title = escapeWithin(`${record.outcome}: ${placeOf(record, 80)}`, 200);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `${EMOJI[record.outcome]} ${title}`,
      description: writeDescription(record),
      ...(nextStep && { nextSteps: [escapeWithin(nextStep, 300)] }),
      keywords: [record.outcome, record.environment?.givenId, record.repository?.branch]
        .filter((word) => word !== undefined)
        .map((word) => escapeWithin(word, 40)),
    },
    metadata: { threadId: record.deploymentId ?? 'flightwatch', summary: title },
  };
}

function writeDescription(record: NotificationRecord): string {
  const reason = isReasonInServices(record) ? undefined : record.reason;
  const lines = [reason && escapeWithin(reason, 600), ...writeServices(record), writeLinks(record)];
  return lines.filter(Boolean).join('\n') || record.outcome;
}

function writeServices(record: NotificationRecord): string[] {
  const services = failedFirst(record.services ?? []).slice(0, MAX_LISTED_SERVICES);
  const listed = takeWithin(services.map(writeService), MAX_SERVICES_BYTES);
  const unlisted = countServices(record) - listed.length;
  return unlisted > 0 ? [...listed, `• and ${unlisted} more`] : listed;
}

function writeService(service: ServiceDeployment): string {
  const error = errorOf(service);
  const state = [service.status ?? 'no status', ...(error === undefined ? [] : [oneLine(error)])].join(': ');
  return `• *${writeName(service)}*: ${escapeWithin(state, 600)}`;
}

/** A link, if there is an address; a bar in a link's text would be read as the end of its address. */
function writeName(service: ServiceDeployment): string {
  const name = escapeWithin(nameOf(service), 80);
  return service.url === undefined || name.includes('|') ? name : `<${service.url}|${name}>`;
}

function writeLinks({ repository = {}, executionArn }: NotificationRecord): string {
  const link = linkRepository(repository)?.commit;
  const commit = escapeWithin(abbreviateCommit(repository.commit) ?? '', 80);
  const execution = linkExecution(executionArn);
  return [link ? `<${link}|${commit}>` : commit, execution && `<${execution}|execution>`].filter(Boolean).join(' · ');
}

/** Escaped text of at most `maxLength` characters, never cut within an escape sequence. */
function escapeWithin(text: string, maxLength: number): string {
  let escaped = escapeMarkdown(text);
  for (let length = maxLength; escaped.length > maxLength; length = Math.floor((length * maxLength) / escaped.length)) {
    escaped = escapeMarkdown(cutMiddle(text, length));
  }
  return escaped;
}

/** Slack's three control characters. Source: Slack docs, Formatting message text. */
function escapeMarkdown(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
