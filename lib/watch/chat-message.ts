import { cutMiddle } from '../text';
import { linkExecution, linkRepository } from './links';
import { failedFirst, nameOf } from './look';
import type { Outcome } from './names';
import { type NotificationRecord, placeOf } from './record';

/** The custom notification of Amazon Q Developer in chat applications. It drops, silently, what does not fit. */
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

const MAX_TITLE_CHARACTERS = 200;
/** With 4 bytes a character still far below 10 KiB. */
const MAX_DESCRIPTION_CHARACTERS = 1_800;
const MAX_LISTED_SERVICES = 10;

export function writeChatMessage(record: NotificationRecord, nextStep?: string): ChatMessage {
  const title = cutMiddle(`${record.outcome}: ${placeOf(record, 80)}`, MAX_TITLE_CHARACTERS);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `${EMOJI[record.outcome]} ${title}`,
      description: writeDescription(record),
      ...(nextStep && { nextSteps: [cutMiddle(nextStep, 300)] }),
      keywords: [record.outcome, record.environment?.givenId, record.repository?.branch]
        .filter((word) => word !== undefined)
        .map((word) => cutMiddle(word, 40)),
    },
    metadata: { threadId: record.deploymentId ?? 'flightwatch', summary: title },
  };
}

function writeDescription(record: NotificationRecord): string {
  const links = linkRepository(record.repository ?? {});
  const commit = record.repository?.commit?.slice(0, 12);
  const execution = linkExecution(record.executionArn);
  const lines = [
    record.reason && escapeMarkdown(record.reason),
    ...failedFirst(record.services ?? [])
      .slice(0, MAX_LISTED_SERVICES)
      .map((service) => `• *${escapeMarkdown(nameOf(service))}*: ${escapeMarkdown(service.status ?? 'no status')}`),
  ].filter(Boolean);
  const footer = [
    commit && (links?.commit ? `<${links.commit}|${commit}>` : escapeMarkdown(commit)),
    execution && `<${execution}|execution>`,
  ].filter(Boolean);
  const text = cutMiddle(lines.join('\n'), MAX_DESCRIPTION_CHARACTERS);
  return [text, footer.join(' · ')].filter(Boolean).join('\n') || record.outcome;
}

/** Slack's three control characters. Source: Slack docs, Formatting message text. */
function escapeMarkdown(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
