import type { Outcome } from '../contract/outcomes';
import { IN_CHECKOUT } from '../contract/own-command';
import type { ServiceDeployment } from '../flightcontrol/deployment';
import { errorOf, failedFirst, nameOf } from '../flightcontrol/services';
import { cutMiddle, oneLine, takeWithin } from '../text';
import { changesSinceLastSuccess, describeNumber, redeployCommand } from './last-success';
import { abbreviateCommit, linkExecution, linkRepository } from './links';
import { countServices, isReasonInServices, type NotificationRecord } from './record';
import { ABOUT_TEST, testMarkOf } from './test-mark';
import { describeDuration, placeAndTrendOf } from './trend';

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
/** At most three steps of so many. Source: Amazon Q Developer in chat applications, Custom notifications. */
const MAX_STEP_CHARACTERS = 350;

const DEPLOY_HOOKS = 'It asks for the address of a deploy hook: in Flightcontrol, environment settings, Deploy Hooks.';
/** With all parts at their largest, a message has 8.5 KiB, well below the limit of 10 KiB. */
const MAX_SERVICES_BYTES = 4_000;

export function writeChatMessage(record: NotificationRecord, nextStep?: string): ChatMessage {
  const nextSteps = [...listSteps(nextStep), ...writeRedeployment(record)];
  const title = escapeWithin(`${testMarkOf(record)}${record.outcome}: ${placeAndTrendOf(record, 80)}`, 200);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `${EMOJI[record.outcome]} ${title}`,
      description: writeDescription(record),
      ...(nextSteps.length > 0 && { nextSteps }),
      keywords: [record.outcome, record.environment?.givenId, record.repository?.branch]
        .filter((word) => word !== undefined)
        .map((word) => escapeWithin(word, 40)),
    },
    metadata: { threadId: record.deploymentId ?? 'flightwatch', summary: title },
  };
}

function writeDescription(record: NotificationRecord): string {
  const reason = isReasonInServices(record) ? undefined : record.reason;
  const lines = [
    record.test && ABOUT_TEST,
    reason && escapeWithin(reason, 600),
    ...writeServices(record),
    writeLinks(record),
  ];
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

function writeLinks(record: NotificationRecord): string {
  const { repository = {}, executionArn } = record;
  const link = linkRepository(repository)?.commit;
  const commit = escapeWithin(abbreviateCommit(repository.commit) ?? '', 80);
  const execution = linkExecution(executionArn);
  return [
    link ? `<${link}|${commit}>` : commit,
    describeDuration(record),
    writeChanges(record),
    execution && `<${execution}|execution>`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function writeChanges(record: NotificationRecord): string | undefined {
  const changes = changesSinceLastSuccess(record);
  if (changes === undefined) return undefined;
  if (changes.kind === 'none') return 'the same commit as the last success';
  if (changes.link) return `<${changes.link}|changes since the last success>`;
  return `last success: ${escapeWithin(abbreviateCommit(changes.from) ?? '', 80)}`;
}

/** What to do, then the commands, which are indented in e-mails. No command is so long that it would be cut. */
function listSteps(nextStep = ''): string[] {
  const steps = nextStep.split(/\n {4}/).map(oneLine);
  return steps.filter(Boolean).map((step) => escapeWithin(step, MAX_STEP_CHARACTERS));
}

/** The e-mail says it step by step. */
function writeRedeployment(record: NotificationRecord): string[] {
  const command = record.outcome === 'FAILED' ? redeployCommand(record) : undefined;
  // A command that is cut would be another one.
  if (command === undefined || command.length > MAX_STEP_CHARACTERS) return [];
  return [
    `To deploy the last success again, run this ${IN_CHECKOUT}${describeNumber(record)}. ${DEPLOY_HOOKS}`,
    command,
  ];
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
