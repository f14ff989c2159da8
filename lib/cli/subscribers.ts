import { SNSClient } from '@aws-sdk/client-sns';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { listSubscribers, readSubscription, type Subscriber } from '../aws/subscriptions';
import { withoutUndefined } from '../objects';
import { oneLine } from '../text';

/** Somebody who is subscribed, as `--json` prints it. */
export interface TopicSubscriber {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
  /** As SNS has it; absent if everything passes. */
  readonly filterPolicy?: unknown;
}

/**
 * Who is subscribed to a topic, with each filter policy.
 *
 * @throws what the AWS SDK throws
 */
export async function listTopicSubscribers(
  topicArn: string,
  region: SNSClient['config']['region'],
): Promise<TopicSubscriber[]> {
  const sns = new SNSClient({ ...COMMAND_LINE_CLIENT, region });
  const found: TopicSubscriber[] = [];
  // One after the other: SNS allows few calls at a time.
  for (const subscriber of await listSubscribers(sns, topicArn)) found.push(await describe(sns, subscriber));
  return found;
}

async function describe(sns: SNSClient, { protocol, endpoint, arn }: Subscriber): Promise<TopicSubscriber> {
  // A subscription has no ARN before it is confirmed.
  const details = arn === undefined ? undefined : await readSubscription(sns, arn);
  const confirmed = details !== undefined && !details.isPending;
  return withoutUndefined({ protocol, endpoint, confirmed, filterPolicy: parse(details?.filterPolicy) });
}

function parse(filterPolicy: string | undefined): unknown {
  if (filterPolicy === undefined) return undefined;
  try {
    return JSON.parse(filterPolicy);
  } catch {
    return filterPolicy;
  }
}

/** Lines for a person. */
export function describeSubscribers(topicArn: string, subscribers: readonly TopicSubscriber[]): string[] {
  if (subscribers.length === 0) {
    return [`Nobody is subscribed to ${topicArn}. Set notifyEmails and deploy again, or subscribe to the topic.`];
  }
  return [`Subscribed to ${topicArn}:`, ...subscribers.map((subscriber) => `- ${describeSubscriber(subscriber)}`)];
}

function describeSubscriber({ protocol, endpoint, confirmed, filterPolicy }: TopicSubscriber): string {
  return `${protocol} ${oneLine(endpoint)}: ${receives(confirmed, filterPolicy)}`;
}

function receives(confirmed: boolean, filterPolicy: unknown): string {
  if (!confirmed) return 'not confirmed yet, so it receives nothing; SNS deletes it after 48 hours';
  return filterPolicy === undefined ? 'everything' : `what passes ${oneLine(JSON.stringify(filterPolicy))}`;
}
