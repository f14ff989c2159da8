import { SQSClient } from '@aws-sdk/client-sqs';
import { countDeadLetters, type DeadLetter, peekNewestDeadLetter } from '../aws/dead-letters';
import { DEPLOYMENT_FINISHED, DEPLOYMENT_TRIGGERED, EXECUTION_STATUS_CHANGE } from '../contract/events';
import { seeRunbook } from '../contract/runbook';
import { isDeploymentId } from '../flightcontrol/deployment-id';
import { examine, type Finding, isDenied, isMissing, REMAKE } from './doctor-findings';
import { type Installation, resourcesIn } from './doctor-installation';
import { describeAwsError } from './errors';
import { formatAgo } from './usual-time';

const NAME = 'Dead letters';
const NEEDS = ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];

/** What failed after all its retries. */
export function checkDeadLetters(installation: Installation): Promise<Finding[]> {
  return examine({ name: NAME, needs: NEEDS }, async () => {
    const [queue] = resourcesIn(await installation.stack, 'AWS::SQS::Queue', /^DeadLetters$/);
    if (queue !== undefined) return checkQueue(queue.physicalId, installation);
    const found = 'They are not checked: no queue of the stack has the logical id that Flightwatch gives it.';
    return { name: NAME, state: 'unknown', found, link: installation.pages.stacks() };
  });
}

async function checkQueue(url: string, installation: Installation): Promise<Finding> {
  const subject = { name: NAME, link: installation.pages.queue(url) };
  try {
    // The address of the queue says which host, but the one that all clients use is also that of an emulator.
    const sqs = new SQSClient({ ...installation.client, useQueueUrlAsEndpoint: false });
    const count = await countDeadLetters(sqs, url);
    if (count === 0) return { ...subject, state: 'good', found: 'There are none.' };
    const number = count === 1 ? 'There is 1' : `There are ${count}`;
    return { ...subject, state: 'bad', ...(await describeNewest(number, sqs, url, installation)) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return { ...subject, state: 'bad', found: `The queue ${url} does not exist.`, todo: REMAKE };
  }
}

type Explanation = Pick<Finding, 'found' | 'todo' | 'commands' | 'link'>;

async function describeNewest(
  number: string,
  sqs: SQSClient,
  url: string,
  installation: Installation,
): Promise<Explanation> {
  try {
    const newest = await peekNewestDeadLetter(sqs, url);
    if (newest === undefined) return { found: `${number}.`, todo: LOOK };
    const when = newest.sentAt === undefined ? '' : `, ${formatAgo(newest.sentAt.toISOString(), installation.now)}`;
    const { what, todo, ...others } = explain(newest, installation);
    return { found: `${number}. The newest${when}: ${what}`, todo: `${todo} ${SEE}`, ...others };
  } catch (error) {
    const why = isDenied(error) ? 'because AWS denied sqs:ReceiveMessage.' : `because: ${describeAwsError(error)}`;
    return { found: `${number}. What failed is not known, ${why}`, todo: LOOK };
  }
}

const SEE = seeRunbook('Dead letters');
const LOOK = `Read them, fix the cause, and delete them. ${SEE}`;

const ANNOUNCE = 'The deployment was not watched: fix the cause, announce it again, then delete the message.';

interface Explained {
  readonly what: string;
  readonly todo: string;
  readonly commands?: readonly string[];
  readonly link?: string;
}

function explain(letter: DeadLetter, { own, pages }: Installation): Explained {
  const { deploymentId, executionArn, detailType } = letter;
  const what = describe(letter);
  if (letter.kind === 'notification')
    return {
      what,
      todo: 'The subscriber may no longer exist: check the subscriptions of the topic, then delete the message.',
    };
  if (detailType === DEPLOYMENT_FINISHED.detailType)
    return {
      what,
      todo: 'Its subscribers were notified, but the history lacks it: fix the cause, put the event on the bus again, then delete the message.',
    };
  if (detailType === EXECUTION_STATUS_CHANGE.detailType) {
    const link = typeof executionArn === 'string' ? pages.execution(executionArn) : undefined;
    return {
      what,
      todo: 'Perhaps nobody was notified: look at the execution, fix the cause, then delete the message.',
      ...(link && { link }),
    };
  }
  if (isDeploymentId(deploymentId))
    return {
      what,
      todo: 'The deployment was not watched: fix the cause, watch it, then delete the message.',
      commands: [own(`watch ${deploymentId}`)],
    };
  const announces = detailType === DEPLOYMENT_TRIGGERED.detailType || /^deployment/.test(detailType ?? '');
  return { what, todo: announces ? ANNOUNCE : 'Fix the cause, then delete the message.' };
}

function describe({ kind, detailType, reason }: DeadLetter): string {
  if (kind === 'notification') return 'SNS could not deliver a notification.';
  const event = detailType === undefined ? 'an event' : `the event "${detailType}"`;
  const who = kind === 'event' ? 'EventBridge could not deliver' : 'a function could not process';
  return `${who} ${event}${reason === undefined ? '' : ` (${reason})`}.`;
}
