import prettyMilliseconds from 'pretty-ms';
import type { Outcome } from '../contract/outcomes';
import type { ServiceDeployment } from '../flightcontrol/deployment';
import { errorOf, failedFirst, nameOf } from '../flightcontrol/services';
import { cutMiddle } from '../text';
import { changesSinceLastSuccess } from './last-success';
import { abbreviateCommit, linkExecution, linkRepository } from './links';
import { countServices, isReasonInServices, type NotificationRecord } from './record';
import { writeRedeployment } from './redeployment';
import { ABOUT_TEST, testMarkOf } from './test-mark';
import { writeTime } from './time';
import { describeDuration, placeAndTrendOf } from './trend';

const HEADLINES: Readonly<Record<Outcome, string>> = {
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  TIMED_OUT: 'TIMED_OUT, still in progress',
  WATCH_FAILED: 'WATCH_FAILED, verdict unknown',
};

const MAX_LISTED_SERVICES = 20;
const MAX_ERROR_CHARACTERS = 600;
/** A deployment has four or five; a status that goes to and fro makes more. */
const MAX_LISTED_PHASES = 6;

/** A text that reads well on a phone: short lines, the outcome and the environment first. */
export function writeEmail(record: NotificationRecord, nextStep?: string): string {
  const paragraphs = [
    `${testMarkOf(record)}${HEADLINES[record.outcome]}: ${placeAndTrendOf(record)}`,
    record.test && ABOUT_TEST,
    writeServices(record),
    isReasonInServices(record) ? undefined : record.reason,
    writeChanges(record),
    writeFacts(record),
    nextStep && `What to do:\n${nextStep}`,
    writeRedeployment(record),
    writeExecution(record),
  ];
  return paragraphs.filter(Boolean).join('\n\n');
}

function writeServices(record: NotificationRecord): string | undefined {
  const { services = [] } = record;
  if (services.length === 0) return undefined;
  const listed = failedFirst(services).slice(0, MAX_LISTED_SERVICES).map(writeService);
  const unlisted = countServices(record) - listed.length;
  return ['Services:', ...listed, ...(unlisted > 0 ? [`- and ${unlisted} more`] : [])].join('\n');
}

function writeService(service: ServiceDeployment): string {
  const head = `- ${nameOf(service)}: ${service.status ?? 'no status'}`;
  // The address first: below an error it would look like a part of it.
  const details = [service.url ?? '', cutMiddle(errorOf(service) ?? '', MAX_ERROR_CHARACTERS)].filter(Boolean);
  return [head, ...details.map(indent)].join('\n');
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}

function writeFacts(record: NotificationRecord): string {
  const { outcome, repository = {} } = record;
  const finished = outcome !== 'TIMED_OUT' && outcome !== 'WATCH_FAILED';
  const links = linkRepository(repository);
  const facts: [label: string, value: string | undefined, link?: string | undefined][] = [
    ['Environment', writeEnvironment(record)],
    ['Repository', links?.name ?? repository.url],
    ['Branch', repository.branch, links?.branch],
    ['Commit', abbreviateCommit(repository.commit), links?.commit],
    [finished ? 'Status' : 'Last status', record.status],
    [finished ? 'Took' : 'So far', describeDuration(record)],
    ['Phases seen', writePhases(record)],
    [finished ? 'Ended' : 'Watch ended', writeTime(record.endedAt)],
    ['Deployment', record.deploymentId],
    ['Previous verdict', writePrevious(record)],
  ];
  return facts
    .filter(([, value]) => value !== undefined)
    .map(([label, value, link]) => `${label}: ${value}${link === undefined ? '' : `\n${link}`}`)
    .join('\n');
}

/** What is in the deployment that was not in the last good one. */
function writeChanges(record: NotificationRecord): string | undefined {
  const changes = changesSinceLastSuccess(record);
  const endedAt = record.history?.lastSuccess?.endedAt;
  if (changes === undefined || endedAt === undefined) return undefined;
  const head = `Changes since the last success, ${writeTime(endedAt)}:`;
  if (changes.kind === 'none') return `${head}\nnone, it is the same commit`;
  return `${head}\n${changes.link ?? `from commit ${changes.from}\nto commit ${changes.to}`}`;
}

/** Whether a failure is new, and whether one in a row was of the same commit. */
function writePrevious({ history: { previous } = {} }: NotificationRecord): string | undefined {
  if (previous === undefined) return undefined;
  const commit = previous.commit && `commit ${abbreviateCommit(previous.commit)}`;
  return [previous.outcome, writeTime(previous.endedAt), commit].filter(Boolean).join(', ');
}

function writeEnvironment({ environment = {} }: NotificationRecord): string | undefined {
  const { givenId, id, preview = false } = environment;
  const name = givenId ?? id;
  return name !== undefined && preview ? `${name} (preview)` : name;
}

/** `BUILDING 3m 30s, DEPLOYING 1m 2s`. What a watch saw for less than half a second is left out. */
function writePhases({ outcome, phases = [] }: NotificationRecord): string | undefined {
  const lasting = phases.filter(({ seconds }) => seconds > 0);
  // A watch that failed cannot say how long the last status lasted.
  const open = outcome === 'WATCH_FAILED' ? phases.at(-1) : undefined;
  const listed = lasting
    .slice(-MAX_LISTED_PHASES)
    .map((phase) => (phase === open ? phase.status : `${phase.status} ${prettyMilliseconds(phase.seconds * 1000)}`));
  return (lasting.length > listed.length ? ['[...]', ...listed] : listed).join(', ') || undefined;
}

function writeExecution({ executionArn, test }: NotificationRecord): string {
  const link = linkExecution(executionArn);
  if (test) return `Sent by this execution in Step Functions:\n${link ?? executionArn}`;
  return link === undefined ? `Watched by ${executionArn}` : `The watch in Step Functions:\n${link}`;
}
