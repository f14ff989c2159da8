import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { parse } from '@aws-sdk/util-arn-parser';
import { COMMAND_LINE_CLIENT } from '../aws/clients';
import { readStackOutputs } from '../aws/stack-outputs';
import { isSecure } from '../flightcontrol/api-base-url';
import { describeValue, showValue } from '../text';
import type { WebhookSecret } from './connect-github-secret';
import { asUsageError, UsageError } from './errors';
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
 * The receiver that the options name, or else that of the stack.
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
  const { arn, stepFunctions } = await findStateMachine(stateMachineArn, terminal);
  const { region } = stepFunctions.config;
  const cloudFormation = new CloudFormationClient({ ...COMMAND_LINE_CLIENT, region });
  const outputs = await asUsageError(() => readStackOutputs(cloudFormation, arn));
  const { GitHubWebhookUrl: url, GitHubWebhookSecretArn: secretArn } = outputs ?? {};
  if (url !== undefined && URL.canParse(url) && secretArn !== undefined)
    return { url: new URL(url), secret: { arn: secretArn, region } };
  const problem = outputs === undefined ? `No stack has ${arn} as a resource` : `The stack of ${arn} has no receiver`;
  throw new UsageError(
    `${problem}: set githubWebhook to true and deploy it, or pass --webhook-url and --webhook-secret-arn of your own stack.`,
  );
}

function parseWebhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.host && isSecure(url) && !url.username && !url.password && !url.hash) return url;
  throw new UsageError(`--webhook-url: got ${describeValue(text)}, expected the https address of the receiver.`);
}

function checkSecretArn(text: string): string {
  if (SECRET_ARN.test(text)) return text;
  const shown = text.startsWith('arn:') ? showValue(text) : describeValue(text);
  throw new UsageError(
    `--webhook-secret-arn: got ${shown}, expected arn:aws:secretsmanager:<region>:<account>:secret:<name>.`,
  );
}
