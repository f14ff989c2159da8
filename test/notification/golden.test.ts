import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUTCOMES, type Outcome } from '../../lib/contract/outcomes';
import { writeJobSummary } from '../../lib/notification/job-summary';
import { NOTIFICATIONS } from '../support/notifications';

const CHANNELS = ['email.txt', 'sms.txt', 'record.json', 'chat.json', 'envelope.json', 'summary.md'] as const;

const cases = OUTCOMES.flatMap((outcome) => CHANNELS.map((channel) => [outcome, channel] as const));

/** `npm run golden` writes them anew; they are there to be read. */
test.each(cases)('%s %s is as a person has approved it', (outcome, channel) => {
  const file = join(__dirname, 'golden', `${outcome.toLowerCase().replace('_', '-')}.${channel}`);
  const text = `${write(outcome, channel)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);

  expect(text).toBe(readFileSync(file, 'utf8'));
});

function write(outcome: Outcome, channel: (typeof CHANNELS)[number]): string {
  const { subject, attributes, messages, record } = NOTIFICATIONS[outcome];
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
