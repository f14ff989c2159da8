import { GetQueueAttributesCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { cutMiddle, oneLine } from '../text';

/** @throws what the AWS SDK throws */
export async function countDeadLetters(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const command = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  const { Attributes = {} } = await sqs.send(command);
  const { ApproximateNumberOfMessages: visible = 0, ApproximateNumberOfMessagesNotVisible: received = 0 } = Attributes;
  return Number(visible) + Number(received);
}

/** What failed after all its retries. */
export interface DeadLetter {
  /** `event`: EventBridge did not deliver it. `function`: a function gave it up. `notification`: SNS did not deliver it. */
  readonly kind: 'event' | 'function' | 'notification';
  readonly sentAt?: Date;
  /** Why, as the service or the function says it. */
  readonly reason?: string;
  /** Of the event, such as `Deployment Triggered`. */
  readonly detailType?: string;
  /** What the event is about, as it says, unchecked. */
  readonly deploymentId?: unknown;
  readonly executionArn?: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The newest of ten dead letters, which are all if there are no more. They stay in the queue, and visible: SQS counts
 * that they were received, which nothing depends on, because this queue has no dead-letter queue of its own.
 *
 * @returns undefined if there is none
 * @throws what the AWS SDK throws
 */
export async function peekNewestDeadLetter(sqs: SQSClient, QueueUrl: string): Promise<DeadLetter | undefined> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 0,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['SentTimestamp'],
  });
  const { Messages = [] } = await sqs.send(command);
  const letters = Messages.map(readDeadLetter);
  return letters.toSorted((one, other) => timeOf(other) - timeOf(one))[0];
}

function timeOf({ sentAt }: DeadLetter): number {
  return sentAt?.getTime() ?? 0;
}

/** Source: EventBridge docs, Using dead-letter queues; Lambda docs, Asynchronous invocation records. */
function readDeadLetter({ Body = '', Attributes = {}, MessageAttributes = {} }: Message): DeadLetter {
  const sentAt = new Date(Number(Attributes.SentTimestamp));
  const when = Number.isNaN(sentAt.getTime()) ? {} : { sentAt };
  const body = parseObject(Body);
  const { ERROR_CODE: code, ERROR_MESSAGE: message } = MessageAttributes;
  if (code !== undefined) {
    const reason = [code.StringValue, message?.StringValue].filter(Boolean).join(': ');
    return { kind: 'event', ...when, reason: show(reason), ...aboutEvent(body) };
  }
  const { requestPayload, responsePayload } = body;
  if (typeof requestPayload !== 'object' || requestPayload === null) return { kind: 'notification', ...when };
  const { errorMessage } = (responsePayload ?? {}) as Json;
  const reason = typeof errorMessage === 'string' ? { reason: show(errorMessage) } : {};
  return { kind: 'function', ...when, ...reason, ...aboutEvent(requestPayload as Json) };
}

function aboutEvent(event: Json): Partial<DeadLetter> {
  const { 'detail-type': detailType, detail } = event;
  const { deploymentId, executionArn } = (typeof detail === 'object' && detail !== null ? detail : {}) as Json;
  return { ...(typeof detailType === 'string' && { detailType: show(detailType) }), deploymentId, executionArn };
}

function show(text: string): string {
  return cutMiddle(oneLine(text), 300);
}

function parseObject(text: string): Json {
  try {
    return { ...(JSON.parse(text) as Json | null) };
  } catch {
    return {};
  }
}
