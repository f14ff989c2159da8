import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUTCOMES } from '../../lib/contract/outcomes';
import { writeJobSummary } from '../../lib/notification/job-summary';
import { NOTIFICATIONS, PREVIEW_NOTIFICATION } from '../support/notifications';

const CHANNELS = ['email.txt', 'sms.txt', 'record.json', 'chat.json', 'envelope.json', 'summary.md'] as const;

const cases = [...OUTCOMES, 'PREVIEW' as const].flatMap((name) => CHANNELS.map((channel) => [name, channel] as const));

/** `npm run golden` writes them anew; they are there to be read. */
test.each(cases)('%s %s is as a person has approved it', (name, channel) => {
  const file = join(__dirname, 'golden', `${name.toLowerCase().replace('_', '-')}.${channel}`);
  const text = `${write(name, channel)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);

  expect(text).toBe(readFileSync(file, 'utf8'));
});

function write(name: (typeof cases)[number][0], channel: (typeof CHANNELS)[number]): string {
  const { subject, attributes, messages, record } = name === 'PREVIEW' ? PREVIEW_NOTIFICATION : NOTIFICATIONS[name];
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
