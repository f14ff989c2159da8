import { SNSClient } from '@aws-sdk/client-sns';
import type { StackResource } from '../aws/stack-resources';
import { listSubscribers, readSubscription, type Subscriber, type SubscriptionDetails } from '../aws/subscriptions';
import { examine, type Finding, isDenied } from './doctor-findings';
import { type Installation, resourcesIn } from './doctor-installation';
import { quoteForShell } from './shell';
import { formatAgo } from './usual-time';

/** What subscribers of a topic are told. */
interface Audience {
  readonly name: string;
  /** The setting that lists their addresses. */
  readonly setting: 'notifyEmails' | 'alarmEmails';
  /** Where the construct's own subscriptions are. */
  readonly place: RegExp;
}

const NOTIFICATIONS: Audience = { name: 'Notifications', setting: 'notifyEmails', place: /^NotificationsTopic/ };
const ALARMS: Audience = { name: 'Alarm subscribers', setting: 'alarmEmails', place: /^AlarmsTopic/ };

/** Each is one more call. */
const MAX_DETAILS = 20;

const NEEDS = ['sns:ListSubscriptionsByTopic', 'sns:GetSubscriptionAttributes'];

/** Who gets the notifications. */
export function checkSubscribers(installation: Installation): Promise<Finding[]> {
  return examine({ name: NOTIFICATIONS.name, needs: NEEDS }, async () => {
    const topicArn =
      (await installation.definition).topicArn ?? (await installation.stack)?.outputs.NotificationTopicArn;
    return topicArn === undefined ? [] : checkTopic(topicArn, NOTIFICATIONS, installation);
  });
}

/** Who gets the alarms: the subscribers of the topics that the alarms publish to. */
export function checkAlarmSubscribers(installation: Installation): Promise<Finding[]> {
  return examine({ name: ALARMS.name, needs: [...NEEDS, 'cloudwatch:DescribeAlarms'] }, async () => {
    const actions = (await installation.alarms).flatMap(({ AlarmActions = [] }) => AlarmActions);
    const topics = [...new Set(actions)].filter((action) => action.includes(':sns:'));
    return (await Promise.all(topics.map((topicArn) => checkTopic(topicArn, ALARMS, installation)))).flat();
  });
}

interface Topic extends Audience {
  readonly arn: string;
  readonly installation: Installation;
}

async function checkTopic(arn: string, audience: Audience, installation: Installation): Promise<Finding[]> {
  const topic = { ...audience, arn, installation };
  const sns = new SNSClient(installation.client);
  const [subscribers, own] = await Promise.all([listSubscribers(sns, arn), readOwn(sns, topic)]);
  const confirmed = subscribers.filter((subscriber) => subscriber.arn !== undefined);
  const pending = subscribers.filter((subscriber) => subscriber.arn === undefined);
  const lapsed = own.filter(({ details }) => details === undefined);
  return [
    ...(subscribers.length === 0 ? [describeNobody(topic, lapsed.length > 0)] : []),
    ...(confirmed.length > 0 ? [await describeConfirmed(sns, confirmed, topic)] : []),
    ...pending.map((subscriber) => describePending(subscriber, own, topic)),
    ...lapsed.map(({ resource }) => describeLapsed(resource, topic)),
  ];
}

/** A subscription that the stack made. */
interface OwnSubscription {
  readonly resource: StackResource;
  /** Undefined if it no longer exists. */
  readonly details: SubscriptionDetails | undefined;
}

/** What they tell beyond the list is worth no failure. */
async function readOwn(sns: SNSClient, { place, installation }: Topic): Promise<OwnSubscription[]> {
  const stack = await installation.stack.catch(() => undefined);
  const resources = resourcesIn(stack, 'AWS::SNS::Subscription', place).slice(0, MAX_DETAILS);
  const known = resources.filter(({ physicalId }) => physicalId.startsWith('arn:'));
  try {
    return await Promise.all(
      known.map(async (resource) => ({ resource, details: await readSubscription(sns, resource.physicalId) })),
    );
  } catch {
    return [];
  }
}

/** @param isExplained the next finding says why, and what to do */
function describeNobody({ name, setting, arn, installation: { pages, aws } }: Topic, isExplained: boolean): Finding {
  const subject = { name, state: 'bad', found: 'Nobody is subscribed.', link: pages.topic(arn) } as const;
  if (isExplained) return subject;
  return {
    ...subject,
    todo: `Add your address to the setting ${setting} and deploy again, or subscribe it:`,
    commands: [aws(`sns subscribe --topic-arn ${arn} --protocol email --notification-endpoint you@example.com`)],
  };
}

/** With the filters as they are, of as many as are read. */
async function describeConfirmed(sns: SNSClient, confirmed: readonly Subscriber[], topic: Topic): Promise<Finding> {
  const subject = { name: topic.name, link: topic.installation.pages.topic(topic.arn) };
  try {
    const shown = await Promise.all(
      confirmed.slice(0, MAX_DETAILS).map((subscriber) => describeFilter(sns, subscriber)),
    );
    const others = confirmed.length - shown.length;
    const texts = [...shown, ...(others > 0 ? [`${others} more`] : [])];
    return { ...subject, state: 'good', found: `Subscribed: ${texts.join('; ')}.` };
  } catch (error) {
    if (!isDenied(error)) throw error;
    const found = `Subscribed: ${confirmed.map(describeSubscriber).join('; ')}. Their filters are not known, because AWS denied sns:GetSubscriptionAttributes.`;
    return { ...subject, state: 'unknown', found };
  }
}

async function describeFilter(sns: SNSClient, subscriber: Subscriber): Promise<string> {
  const { filterPolicy } = (await readSubscription(sns, subscriber.arn ?? '')) ?? {};
  const filter = filterPolicy === undefined ? '' : ` with the filter ${filterPolicy}`;
  return `${describeSubscriber(subscriber)}${filter}`;
}

function describeSubscriber({ protocol, endpoint }: Subscriber): string {
  return `${protocol} ${endpoint}`;
}

/** SNS does not tell since when; CloudFormation does, of what it made. */
function describePending(subscriber: Subscriber, own: readonly OwnSubscription[], topic: Topic): Finding {
  const { protocol, endpoint } = subscriber;
  const { arn, installation } = topic;
  const isSame = ({ details }: OwnSubscription) => details?.protocol === protocol && details.endpoint === endpoint;
  const updatedAt = own.find(isSame)?.resource.updatedAt;
  const age = updatedAt === undefined ? '' : ` It was made ${formatAgo(updatedAt.toISOString(), installation.now)}.`;
  const subscribe = `sns subscribe --topic-arn ${arn} --protocol ${protocol} --notification-endpoint ${quoteForShell(endpoint)}`;
  return {
    name: topic.name,
    state: 'bad',
    found: `${describeSubscriber(subscriber)} has not confirmed the subscription.${age} AWS deletes it after 48 hours.`,
    todo: 'Follow the link in the e-mail of AWS Notifications. To have it sent again:',
    commands: [installation.aws(subscribe)],
    link: installation.pages.topic(arn),
  };
}

/** CloudFormation does not notice. */
function describeLapsed({ place }: StackResource, { name, setting, arn, installation }: Topic): Finding {
  return {
    name,
    state: 'bad',
    found: `A subscription of the stack no longer exists (${place}). It was not confirmed within 48 hours, or was removed.`,
    todo: `Remove the address from the setting ${setting} and deploy, then add it and deploy again. Confirm it within 48 hours.`,
    link: installation.pages.topic(arn),
  };
}
