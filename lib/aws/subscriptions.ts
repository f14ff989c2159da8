import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';

/** Somebody who is told what a topic publishes, or will be after a confirmation. */
export interface Subscriber {
  readonly protocol: string;
  /** As a message can show it: of an address on the web no more than its host, because the rest may be a credential. */
  readonly endpoint: string;
  /** Absent until it is confirmed. */
  readonly arn?: string;
}

/** What SNS shows in place of the ARN. Source: SNS API, ListSubscriptionsByTopic. */
const PENDING = 'PendingConfirmation';
const DELETED = 'Deleted';

/**
 * Who is subscribed to a topic.
 *
 * @throws what the AWS SDK throws
 */
export async function listSubscribers(sns: SNSClient, TopicArn: string): Promise<Subscriber[]> {
  const subscribers: Subscriber[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn })) {
    subscribers.push(...Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn !== DELETED).map(toSubscriber));
  }
  return subscribers;
}

function toSubscriber({ Protocol = '', Endpoint = '', SubscriptionArn = PENDING }: Subscription): Subscriber {
  const subscriber = { protocol: Protocol, endpoint: showEndpoint(Endpoint) };
  return SubscriptionArn === PENDING ? subscriber : { ...subscriber, arn: SubscriptionArn };
}

function showEndpoint(endpoint: string): string {
  if (!/^https?:/i.test(endpoint)) return endpoint;
  return URL.canParse(endpoint) ? `${new URL(endpoint).origin}/...` : 'an address';
}

export interface SubscriptionDetails {
  readonly isPending: boolean;
  readonly endpoint: string;
  readonly protocol: string;
  /** JSON, as SNS shows it. Absent if everything passes. */
  readonly filterPolicy?: string;
}

/**
 * @returns undefined if there is no such subscription
 * @throws what the AWS SDK throws
 */
export async function readSubscription(sns: SNSClient, arn: string): Promise<SubscriptionDetails | undefined> {
  try {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
    const { Attributes = {} } = await sns.send(command);
    const { PendingConfirmation, Endpoint = '', Protocol = '', FilterPolicy } = Attributes;
    return {
      isPending: PendingConfirmation === 'true',
      endpoint: showEndpoint(Endpoint),
      protocol: Protocol,
      ...(FilterPolicy && { filterPolicy: FilterPolicy }),
    };
  } catch (error) {
    if ((error as Error).name === 'NotFoundException') return undefined;
    throw error;
  }
}
