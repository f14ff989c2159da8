import { isGitHubDeploymentEvent } from '../contract/events';
import type { GitHubFilter } from '../contract/github-filter';
import {
  parseDelivery,
  RefusedDelivery,
  readDelivery,
  type SignedDelivery,
  type WebhookRequest,
} from '../flightcontrol/webhook-request';
import { messageOf } from '../text';
import { decideGitHubEvent } from '../watch/github-filter';
import { reportEventWithoutId } from './github-event-metrics';
import type { Announce } from './webhook-announcer';
import type { WebhookSignature } from './webhook-signature';

export interface Receiver {
  readonly signature: WebhookSignature;
  readonly announce: Announce;
  readonly filter: GitHubFilter;
  /** The name of the watches' state machine. */
  readonly stateMachineName: string;
  readonly now: () => Date;
}

/** What the function URL answers. */
export interface WebhookAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Takes a delivery of GitHub's webhook, and announces the deployment that it is about. Neither the answer nor the log
 * repeats the body, except for the id of a deployment.
 */
export async function receiveDelivery(request: WebhookRequest, receiver: Receiver): Promise<WebhookAnswer> {
  try {
    const delivery = readDelivery(request);
    await checkSignature(delivery, receiver);
    return await take(delivery, receiver);
  } catch (error) {
    if (error instanceof RefusedDelivery) return refuse(error);
    console.error(messageOf(error));
    return answer(500, `${(error as Error).message}.`);
  }
}

/** @throws RefusedDelivery */
async function checkSignature({ text, signature }: SignedDelivery, receiver: Receiver): Promise<void> {
  if (await receiver.signature.isRight(text, signature)) return;
  throw new RefusedDelivery(401, 'The signature is wrong.');
}

function refuse({ statusCode, message }: RefusedDelivery): WebhookAnswer {
  if (statusCode === 401) console.warn('A delivery was refused: its signature is missing or wrong.');
  if (statusCode === 413) console.warn('A delivery was refused: its body is larger than 1 MiB.');
  return answer(statusCode, message);
}

async function take(delivery: SignedDelivery, receiver: Receiver): Promise<WebhookAnswer> {
  if (delivery.event === 'ping') return answer(200, 'Flightwatch receives the events of this webhook.');
  if (!isGitHubDeploymentEvent(delivery.event)) return answer(202, 'Flightwatch does not use this event.');
  const decision = decideGitHubEvent(parseDelivery(delivery), receiver.filter, receiver.now());
  switch (decision.kind) {
    case 'deployment':
      await receiver.announce(decision.deploymentId);
      console.info({ message: 'announced', deploymentId: decision.deploymentId });
      return answer(202, 'The deployment is announced.');
    case 'filtered':
      console.info({ message: 'left out by the settings', deploymentId: decision.deploymentId });
      return answer(202, 'The settings of Flightwatch leave this deployment out.');
    case 'without id':
      reportEventWithoutId(decision.keys, receiver.stateMachineName);
      return answer(202, 'The event has no usable deployment id.');
    default:
      return answer(202, 'The event is not about a current deployment of Flightcontrol.');
  }
}

function answer(statusCode: number, message: string): WebhookAnswer {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}
