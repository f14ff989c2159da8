import { Stack } from 'aws-cdk-lib';
import type { ITopic, ITopicSubscription, SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct, IConstruct } from 'constructs';
import { FirstOfApp, identityOf } from './first-of-app';

export interface EmailSubscriptionsProps {
  readonly topic: ITopic;
  readonly emails: readonly string[];
  /** @default - every message */
  readonly filterPolicy?: Record<string, SubscriptionFilter> | undefined;
  readonly deadLetterQueue: IQueue;
}

/** Who subscribed an address to a topic, and for which messages. */
interface Subscriber {
  readonly path: string;
  readonly filter: string;
}

/** By topic and address. */
const SUBSCRIBERS = new FirstOfApp<Subscriber>();

/** Subscribes addresses. SNS has one subscription for each address of a topic, which several monitors may share. */
export function subscribeEmails(scope: Construct, props: EmailSubscriptionsProps): void {
  const { topic, emails, filterPolicy, deadLetterQueue } = props;
  const filter = JSON.stringify(Stack.of(scope).resolve(filterPolicy ?? {}));
  for (const address of emails) {
    if (isSubscribed(scope, topic, address, filter)) continue;
    const email = new EmailSubscription(address, { deadLetterQueue, ...(filterPolicy && { filterPolicy }) });
    topic.addSubscription(topic.node.scope === scope ? email : below(scope, email));
  }
}

/** @throws Error if the address is to get other messages of the topic than it does */
function isSubscribed(scope: IConstruct, topic: ITopic, address: string, filter: string): boolean {
  const { path } = scope.node;
  const earlier = SUBSCRIBERS.register(scope, [identityOf(topic, topic.topicArn), address.toLowerCase()], {
    path,
    filter,
  });
  if (earlier === undefined || earlier.filter === filter) return earlier !== undefined;
  throw new Error(
    `${path}: got ${address}, which ${earlier.path} subscribes to the same topic with another filter policy, ` +
      'expected another address, another topic, or the same notifyOn: SNS has one subscription for each address of a topic.',
  );
}

/** A subscription that is no part of the topic's stack, which would then depend on this one. */
function below(subscriberScope: Construct, subscription: ITopicSubscription): ITopicSubscription {
  return { bind: (topic) => ({ ...subscription.bind(topic), subscriberScope }) };
}
