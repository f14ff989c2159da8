import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { timeOutAfter } from '../lib/aws/clients';
import { createAnnouncer } from '../lib/aws/webhook-announcer';
import { type Receiver, receiveDelivery } from '../lib/aws/webhook-receiver';
import { WebhookSignature } from '../lib/aws/webhook-signature';
import { WEBHOOK_CALL } from '../lib/contract/call-limits';
import { gitHubFilterEnvironment, receiverEnvironment } from '../lib/contract/environment';
import type { WebhookRequest } from '../lib/flightcontrol/webhook-request';

let receiver: Receiver | undefined;

/** Lambda's entry, behind a function URL. */
export async function handler(request: WebhookRequest) {
  receiver ??= createReceiver();
  return receiveDelivery(request, receiver);
}

function createReceiver(): Receiver {
  const { secretArn, stateMachineName, ...bus } = receiverEnvironment.decode(process.env);
  const { attempts: maxAttempts, secondsPerAttempt } = WEBHOOK_CALL;
  const settings = { maxAttempts, requestHandler: timeOutAfter(secondsPerAttempt, secondsPerAttempt) };
  const now = () => new Date();
  return {
    signature: new WebhookSignature(new SecretsManagerClient(settings), secretArn, now),
    announce: createAnnouncer(new EventBridgeClient(settings), bus),
    filter: gitHubFilterEnvironment.decode(process.env),
    stateMachineName,
    now,
  };
}
