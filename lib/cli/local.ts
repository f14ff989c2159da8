import { randomUUID } from 'node:crypto';
import { API_GENERATIONS, parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { readApiKey } from '../flightcontrol/api-key';
import { readShippedTemplate } from '../local/definition';
import type { HistoryEvent } from '../local/engine';
import { pollEnvironment, runWatch } from '../local/run-watch';
import type { NotificationRecord } from '../notification/record';
import { messageOf, showValue } from '../text';
import type { Look } from '../watch/look';
import { tellEnd } from './end';
import { UsageError } from './errors';
import { onInterruptSay } from './interrupt';
import { checkDeploymentId, readTimeoutMinutes } from './options';
import { lookAsJson, type Print } from './output';
import { tellStory } from './story';

export interface LocalOptions {
  readonly api?: string;
  readonly apiBaseUrl?: string;
  readonly timeoutMinutes?: string;
  readonly json?: boolean;
}

const KEY_VARIABLE = 'FLIGHTCONTROL_API_KEY';

/**
 * Watches a real deployment from this machine.
 *
 * @returns the exit status
 * @throws UsageError
 */
export async function runLocal(
  deploymentId: string,
  options: LocalOptions,
  env: NodeJS.ProcessEnv,
  print: Print,
): Promise<number> {
  return prepareLocal(options, env, print)(checkDeploymentId(deploymentId));
}

/**
 * Checks everything that can be checked before there is a deployment.
 *
 * @returns what watches a deployment and returns the exit status
 * @throws UsageError
 */
export function prepareLocal(
  options: LocalOptions,
  env: NodeJS.ProcessEnv,
  print: Print,
): (deploymentId: string) => Promise<number> {
  const environment = readOptions(options);
  const apiKey = readKeyVariable(env[KEY_VARIABLE]);
  return async (deploymentId) => {
    onInterruptSay('Interrupted; this watch ran on this machine and is over. The deployment itself goes on.');
    const { published } = await runWatch({
      template: readShippedTemplate(),
      input: { deploymentId },
      executionName: `${deploymentId}-${randomUUID().slice(0, 8)}`,
      environment,
      readKey: async () => apiKey,
      keyHolder: `the environment variable ${KEY_VARIABLE}`,
      warn: (message) => console.error(message),
      onEvent: options.json ? writeJson(print) : tellStory(print),
    });
    const [notification] = published;
    if (notification === undefined) throw new Error('The watch ended without a notification.');
    const { subject, messages } = notification;
    const record = JSON.parse(messages.sqs ?? '') as NotificationRecord;
    return tellEnd({ subject, email: messages.email ?? '', record }, options.json, env, print);
  };
}

function readOptions({ api, apiBaseUrl, timeoutMinutes }: LocalOptions) {
  const minutes = readTimeoutMinutes(timeoutMinutes);
  checkApiOptions({ api, apiBaseUrl });
  return pollEnvironment({
    ...(api && { api }),
    ...(apiBaseUrl && { apiBaseUrl }),
    ...(minutes && { timeoutMinutes: minutes }),
  });
}

/** @throws UsageError */
export function checkApiOptions({
  api,
  apiBaseUrl,
}: {
  api: string | undefined;
  apiBaseUrl: string | undefined;
}): void {
  if (api !== undefined && !(API_GENERATIONS as readonly string[]).includes(api)) {
    throw new UsageError(`--api: got ${showValue(api)}, expected one of ${API_GENERATIONS.join(', ')}.`);
  }
  if (apiBaseUrl !== undefined) checkBaseUrl(apiBaseUrl);
}

function checkBaseUrl(text: string): void {
  try {
    parseApiBaseUrl(text);
  } catch (error) {
    throw new UsageError(`--api-base-url: ${messageOf(error)}.`);
  }
}

function readKeyVariable(value: string | undefined): string {
  try {
    return readApiKey(value);
  } catch (error) {
    throw new UsageError(
      `${KEY_VARIABLE} ${messageOf(error)}; make an API key in Flightcontrol and put it into that environment variable.`,
    );
  }
}

/** One line for each look that the state machine made. */
function writeJson(print: Print): (event: HistoryEvent) => void {
  return ({ type, state, timestamp }) => {
    if (type !== 'StateExited' || state?.name !== 'Poll Deployment') return;
    print(lookAsJson((state.output as { look: Look }).look, new Date(timestamp)));
  };
}
