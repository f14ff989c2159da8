import { SNSClient } from '@aws-sdk/client-sns';
import { parse } from '@aws-sdk/util-arn-parser';
import type { StackResource } from '../aws/stack-resources';
import { listSubscribers, readSubscription, type Subscriber, type SubscriptionDetails } from '../aws/subscriptions';
import { consolePagesOf } from './console-pages';
import { examine, type Finding, isDenied, isMissing, REMAKE } from './doctor-findings';
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
  /** Of the topic, which may be in another Region than the rest. */
  readonly link: string | undefined;
  readonly aws: (command: string) => string;
  readonly installation: Installation;
}

async function checkTopic(arn: string, audience: Audience, installation: Installation): Promise<Finding[]> {
  const { region } = parse(arn);
  const aws = (command: string) => installation.aws(command, region);
  const topic = { ...audience, arn, link: consolePagesOf(arn).topic(arn), aws, installation };
  const sns = new SNSClient({ ...installation.client, region: async () => region });
  try {
    return await describeSubscribers(sns, topic);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [await describeNoTopic(topic)];
  }
}

/** The user may have chosen a topic of another stack, or of none. */
async function describeNoTopic({ name, arn, link, installation }: Topic): Promise<Finding> {
  const topics = resourcesIn(await installation.stack.catch(() => undefined), 'AWS::SNS::Topic');
  const isOwn = topics.some(({ physicalId }) => physicalId === arn);
  const todo = isOwn ? REMAKE : 'Somebody deleted it: create it again, or choose another topic and deploy again.';
  return { name, state: 'bad', found: `The topic ${arn} does not exist.`, todo, link };
}

async function describeSubscribers(sns: SNSClient, topic: Topic): Promise<Finding[]> {
  const [subscribers, own] = await Promise.all([listSubscribers(sns, topic.arn), readOwn(sns, topic)]);
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
async function readOwn(sns: SNSClient, { arn, place, installation }: Topic): Promise<OwnSubscription[]> {
  const stack = await installation.stack.catch(() => undefined);
  const resources = resourcesIn(stack, 'AWS::SNS::Subscription', place).slice(0, MAX_DETAILS);
  // In another Region than its own, a subscription would seem not to exist.
  const { region } = parse(arn);
  const known = resources.filter(({ physicalId: id }) => id.startsWith('arn:') && parse(id).region === region);
  try {
    return await Promise.all(
      known.map(async (resource) => ({ resource, details: await readSubscription(sns, resource.physicalId) })),
    );
  } catch {
    return [];
  }
}

/** @param isExplained the next finding says why, and what to do */
function describeNobody({ name, setting, arn, link, aws }: Topic, isExplained: boolean): Finding {
  const subject = { name, state: 'bad', found: 'Nobody is subscribed.', link } as const;
  if (isExplained) return subject;
  return {
    ...subject,
    todo: `Add your address to the setting ${setting} and deploy again, or subscribe it:`,
    commands: [aws(`sns subscribe --topic-arn ${arn} --protocol email --notification-endpoint you@example.com`)],
  };
}

/** With the filters as they are, of as many as are read. */
async function describeConfirmed(sns: SNSClient, confirmed: readonly Subscriber[], topic: Topic): Promise<Finding> {
  const subject = { name: topic.name, link: topic.link };
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
  const isSame = ({ details }: OwnSubscription) =>
    details?.isPending === true && details.protocol === protocol && details.endpoint === endpoint;
  const updatedAt = own.find(isSame)?.resource.updatedAt;
  const { name, link, installation } = topic;
  const age = updatedAt === undefined ? '' : ` It was made ${formatAgo(updatedAt.toISOString(), installation.now)}.`;
  const found = `${describeSubscriber(subscriber)} has not confirmed the subscription.${age} AWS deletes it after 48 hours.`;
  return { name, state: 'bad', found, ...adviseToConfirm(subscriber, topic), link };
}

/** Of an address on the web only the host is known here, so no command can repeat it. */
function adviseToConfirm({ protocol, endpoint }: Subscriber, { arn, aws }: Topic): Pick<Finding, 'todo' | 'commands'> {
  if (/^https?$/.test(protocol))
    return { todo: 'The endpoint must confirm it: it has to request the SubscribeURL that SNS posted to it.' };
  if (!/^email(-json)?$/.test(protocol)) return { todo: 'The owner of the endpoint must confirm it.' };
  const subscribe = `sns subscribe --topic-arn ${arn} --protocol ${protocol} --notification-endpoint ${quoteForShell(endpoint)}`;
  return {
    todo: 'Follow the link in the e-mail of AWS Notifications. To have it sent again:',
    commands: [aws(subscribe)],
  };
}

/** CloudFormation does not notice. */
function describeLapsed({ place }: StackResource, { name, setting, link }: Topic): Finding {
  return {
    name,
    state: 'bad',
    found: `A subscription of the stack no longer exists (${place}). It was not confirmed within 48 hours, or was removed.`,
    todo: `Remove the address from the setting ${setting} and deploy, then add it and deploy again. Confirm it within 48 hours.`,
    link,
  };
}
