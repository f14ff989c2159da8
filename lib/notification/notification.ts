import type { Outcome } from '../contract/outcomes';
import { cutMiddle } from '../text';
import { writeChatMessage } from './chat-message';
import { writeEmail } from './email';
import { type KnownDeployment, makeRecord, type NotificationRecord, type WatchFacts, type WatchResult } from './record';
import { testMarkOf } from './test-mark';
import { describeTrend, placeAndTrendOf } from './trend';

/** What is published, ready for SNS: the state machine passes it on unread. */
export interface Notification {
  readonly subject: string;
  /** `MessageStructure: json`: a text per protocol. */
  readonly messages: {
    readonly default: string;
    readonly email: string;
    readonly sms: string;
    readonly sqs: string;
    readonly lambda: string;
    readonly firehose: string;
    readonly https: string;
  };
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly record: NotificationRecord;
}

export interface MessageAttribute {
  readonly DataType: 'String';
  readonly StringValue: string;
}

/** SNS takes subjects of fewer than 100 characters. Source: SNS API, Publish. */
const MAX_SUBJECT_CHARACTERS = 99;
const MAX_SMS_CHARACTERS = 139;

/** 64 KiB for the whole notification, less the subject, the attributes and the request around them. */
const MAX_MESSAGE_BYTES = 60 * 1024;

/** Space for the services in the record; halved until the whole notification fits. */
const MAX_SERVICES_BYTES = 9_000;

/** @param nextStep what the reader should do next, if there is anything to do */
export function makeNotification(result: WatchResult, facts: WatchFacts, nextStep?: string): Notification {
  let notification = write(makeRecord(result, facts, MAX_SERVICES_BYTES), nextStep);
  for (let budget = MAX_SERVICES_BYTES / 2; sizeOf(notification) > MAX_MESSAGE_BYTES && budget > 500; budget /= 2) {
    notification = write(makeRecord(result, facts, budget), nextStep);
  }
  return notification;
}

function sizeOf({ messages }: Notification): number {
  return Buffer.byteLength(JSON.stringify(messages));
}

function write(record: NotificationRecord, nextStep: string | undefined): Notification {
  const email = writeEmail(record, nextStep);
  const json = JSON.stringify(record);
  return {
    subject: writeSubject(record),
    messages: {
      default: email,
      email,
      sms: writeSms(record),
      sqs: json,
      lambda: json,
      firehose: json,
      https: JSON.stringify(writeChatMessage(record, nextStep)),
    },
    attributes: attributesOf(record),
    record,
  };
}

/** `FAILED: production, main, 3rd failure in a row`. */
function writeSubject(record: NotificationRecord): string {
  // The environment and the branch share what the rest leaves.
  const outcome = `${testMarkOf(record)}${record.outcome}`;
  const rest = `${outcome}: , , ${describeTrend(record) ?? ''}`.length;
  const room = Math.min(40, Math.floor((MAX_SUBJECT_CHARACTERS - rest) / 2));
  const text = `${outcome}: ${placeAndTrendOf(record, room)}`;
  // SNS accepts ASCII on one line; a branch name may hold anything.
  return cutMiddle(text.replace(/[^\x20-\x7e]/gu, '?'), MAX_SUBJECT_CHARACTERS);
}

const SMS_VERBS: Readonly<Record<Outcome, string>> = {
  SUCCEEDED: 'Deployed',
  FAILED: 'Deployment FAILED',
  CANCELLED: 'Deployment cancelled',
  TIMED_OUT: 'Deployment still in progress when time ran out',
  WATCH_FAILED: 'Watch FAILED, verdict unknown',
};

function writeSms(record: NotificationRecord): string {
  const verb = `${testMarkOf(record)}${SMS_VERBS[record.outcome]}`;
  const text = cutMiddle(`${verb}: ${placeAndTrendOf(record, 30)}`, MAX_SMS_CHARACTERS);
  const address = onlyAddressOf(record);
  const withAddress = `${text}. ${address}`;
  return address !== undefined && withAddress.length <= MAX_SMS_CHARACTERS ? withAddress : text;
}

/** The address of the deployment, if only one of its services has one. */
function onlyAddressOf({ services = [], servicesByStatus }: NotificationRecord): string | undefined {
  const [address, ...others] = services.flatMap(({ url }) => url ?? []);
  return others.length === 0 && servicesByStatus === undefined ? address : undefined;
}

/** Strings for filter policies. Unknown ones are left out, because SNS rejects an empty string. */
export function attributesOf(
  record: KnownDeployment & Partial<Pick<NotificationRecord, 'outcome' | 'history' | 'test'>>,
): Record<string, MessageAttribute> {
  const values = {
    outcome: record.outcome,
    deploymentId: record.deploymentId,
    status: record.status,
    environment: record.environment?.givenId ?? record.environment?.id,
    branch: record.repository?.branch,
    repository: record.repository?.url,
    preview: record.environment?.preview?.toString(),
    trend: record.history?.trend,
    test: record.test?.toString(),
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter((entry): entry is [string, string] => Boolean(entry[1]))
      .map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}
