import { LambdaClient } from '@aws-sdk/client-lambda';
import { parse } from '@aws-sdk/util-arn-parser';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { type DeployedReceiver, findReceiverIn, readReceiverUrl } from '../aws/deployed-receiver';
import { isSecure } from '../flightcontrol/api-base-url';
import { describeValue, showArn } from '../text';
import type { WebhookSecret } from './connect-github-secret';
import { asUsageError, UsageError } from './errors';
import { findInstalledResources } from './installed-resources';
import { findStateMachine } from './state-machine';
import type { Terminal } from './terminal';

/** The webhook receiver of an installation. */
export interface Receiver {
  readonly url: URL;
  readonly secret: WebhookSecret;
}

export interface ReceiverOptions {
  readonly stateMachineArn?: string | undefined;
  readonly webhookUrl?: string | undefined;
  readonly webhookSecretArn?: string | undefined;
}

const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,519}$/;

/**
 * The receiver that the options name, or else the one that belongs to the state machine.
 *
 * @throws UsageError
 */
export async function findReceiver(options: ReceiverOptions, terminal: Terminal): Promise<Receiver> {
  const { webhookUrl: url, webhookSecretArn: secretArn } = options;
  if (url === undefined && secretArn === undefined) return readReceiver(options, terminal);
  if (url === undefined || secretArn === undefined)
    throw new UsageError('--webhook-url and --webhook-secret-arn belong together: pass both, or neither.');
  return { url: parseWebhookUrl(url), secret: { arn: checkSecretArn(secretArn), region: parse(secretArn).region } };
}

/**
 * The address alone, which is enough where nothing is signed: it may be all that is left of a deleted stack.
 *
 * @throws UsageError
 */
export async function findReceiverUrl(options: ReceiverOptions, terminal: Terminal): Promise<URL> {
  const { webhookUrl } = options;
  return webhookUrl === undefined ? (await findReceiver(options, terminal)).url : parseWebhookUrl(webhookUrl);
}

async function readReceiver({ stateMachineArn }: ReceiverOptions, terminal: Terminal): Promise<Receiver> {
  const stateMachine = await findStateMachine(stateMachineArn, terminal);
  const { arn, stepFunctions } = stateMachine;
  const installed = await findInstalledResources(stateMachine, IF_DENIED);
  if (installed === undefined)
    throw new UsageError(`No stack has ${arn} as a resource: check the ARN, or ${PASS_BOTH}.`);
  const receiver = findReceiverIn(installed.resources);
  if (receiver === undefined)
    throw new UsageError(
      `No webhook receiver of ${arn} was found in the stack ${installed.stackName}: set githubWebhook to true and deploy again. If there is one, but your app overrides its logical id, ${PASS_BOTH}.`,
    );
  const { region } = stepFunctions.config;
  const lambda = new LambdaClient({ ...COMMAND_LINE_CLIENT, region });
  const url = await asUsageError(() => readUrl(lambda, receiver), IF_DENIED);
  return { url, secret: { arn: receiver.secretArn, region } };
}

const PASS_BOTH = 'pass --webhook-url and --webhook-secret-arn';
const IF_DENIED = `Finding the webhook receiver needs cloudformation:DescribeStackResources, cloudformation:ListStackResources and lambda:GetFunctionUrlConfig; without them, ${PASS_BOTH}.`;

async function readUrl(lambda: LambdaClient, receiver: DeployedReceiver): Promise<URL> {
  try {
    return await readReceiverUrl(lambda, receiver);
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    throw new UsageError(
      `The webhook receiver ${receiver.functionName} has no address, because somebody deleted it or its function URL: set githubWebhook to false and deploy, then to true and deploy again.`,
      { cause: error },
    );
  }
}

function parseWebhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.host && isSecure(url) && !url.username && !url.password && !url.hash) return url;
  throw new UsageError(`--webhook-url: got ${describeValue(text)}, expected the https address of the receiver.`);
}

function checkSecretArn(text: string): string {
  if (SECRET_ARN.test(text)) return text;
  throw new UsageError(
    `--webhook-secret-arn: got ${showArn(text)}, expected arn:aws:secretsmanager:<region>:<account>:secret:<name>.`,
  );
}
