import type { ChatMessage } from '../lib/notification/chat-message';
import type { Notification } from '../lib/notification/notification';
import { drawChat } from './chat-card';

/** A notification as a chat shows it. */
export function drawNotification({ messages, record }: Notification): string {
  const message = JSON.parse(messages.https) as ChatMessage;
  return drawChat({
    title: 'A notification in Slack',
    description: `The message for chats, drawn roughly as Slack shows it. ${message.metadata.summary}: the services with their errors, links to the commit, to the changes since the last success and to the watch, and what to do next.`,
    // The application that brings messages from Amazon SNS to Slack.
    sender: { name: 'Amazon Q', initial: 'Q' },
    time: record.endedAt.slice(11, 16),
    message,
  });
}
