import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeJobSummary } from '../../lib/notification/job-summary';
import type { Notification } from '../../lib/notification/notification';
import {
  HISTORY_NOTIFICATIONS,
  NOTIFICATIONS,
  PREVIEW_NOTIFICATION,
  TEST_NOTIFICATIONS,
  THIRD_FAILURES,
} from '../support/notifications';

const CHANNELS = ['email.txt', 'sms.txt', 'record.json', 'chat.json', 'envelope.json', 'summary.md'] as const;

const WHOLE = { ...NOTIFICATIONS, PREVIEW: PREVIEW_NOTIFICATION, ...HISTORY_NOTIFICATIONS };

const cases: [name: string, channel: (typeof CHANNELS)[number], notification: Notification][] = [
  ...Object.entries(WHOLE).flatMap(([name, notification]) =>
    CHANNELS.map((channel) => [name, channel, notification] as (typeof cases)[number]),
  ),
  ...Object.entries(THIRD_FAILURES).flatMap(([name, notification]) =>
    (['email.txt', 'chat.json', 'summary.md'] as const).map(
      (channel) => [`THIRD_FAILURE_${name}`, channel, notification] as (typeof cases)[number],
    ),
  ),
  ...Object.entries(TEST_NOTIFICATIONS).flatMap(([name, notification]) =>
    CHANNELS.filter((channel) => channel !== 'summary.md').map(
      (channel) => [`TEST_${name}`, channel, notification] as (typeof cases)[number],
    ),
  ),
];

/** `npm run golden` writes them anew; they are there to be read. */
test.each(cases)('%s %s is as a person has approved it', (name, channel, notification) => {
  const file = join(__dirname, 'golden', `${name.toLowerCase().replaceAll('_', '-')}.${channel}`);
  const text = `${write(notification, channel)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);

  expect(text).toBe(readFileSync(file, 'utf8'));
});

function write(notification: Notification, channel: (typeof CHANNELS)[number]): string {
  const { subject, attributes, messages, record } = notification;
  switch (channel) {
    case 'email.txt':
      return messages.email;
    case 'sms.txt':
      return messages.sms;
    case 'record.json':
      return pretty(JSON.parse(messages.sqs));
    case 'chat.json':
      return pretty(JSON.parse(messages.https));
    case 'envelope.json':
      return pretty({ subject, attributes });
    case 'summary.md':
      return writeJobSummary(record).trimEnd();
  }
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
