import { randomUUID } from 'node:crypto';
import type { ApiGeneration } from '../contract/api-generations';
import { type ApiSettings, DEFAULT_API_SETTINGS } from '../contract/poll-environment';
import { readApiKey } from '../flightcontrol/api-key';
import { readShippedTemplate } from '../local/definition';
import { type LocalResult, runWatch } from '../local/run-watch';
import type { NotificationRecord } from '../notification/record';
import { messageOf } from '../text';
import { chooseView } from './choose-view';
import { UsageError } from './errors';
import { followEngine } from './follow-engine';
import { setInterruptMessage } from './interrupt';
import { type FinalNotification, reportOutcome } from './report-outcome';
import type { Terminal } from './terminal';

export interface LocalOptions {
  readonly api?: ApiGeneration | undefined;
  readonly apiBaseUrl?: string | undefined;
  readonly timeoutMinutes?: number | undefined;
  readonly json?: boolean | undefined;
}

const KEY_VARIABLE = 'FLIGHTCONTROL_API_KEY';

/**
 * Watches a real deployment from this machine.
 *
 * @returns the exit status
 * @throws UsageError
 */
export async function runLocal(deploymentId: string, options: LocalOptions, terminal: Terminal): Promise<number> {
  return prepareLocal(options, terminal)(deploymentId);
}

/**
 * Checks everything that can be checked before there is a deployment.
 *
 * @returns a function that watches a deployment and returns the exit status
 * @throws UsageError
 */
export function prepareLocal(options: LocalOptions, terminal: Terminal): (deploymentId: string) => Promise<number> {
  const apiKey = readKeyVariable(terminal);
  return async (deploymentId) => {
    setInterruptMessage(
      'Interrupted. This watch ran on this machine and has stopped. The deployment continues.',
      terminal,
    );
    const result = await watchHere(deploymentId, apiKey, options, terminal);
    return reportOutcome(readNotification(result), options.json, terminal);
  };
}

async function watchHere(
  deploymentId: string,
  apiKey: string,
  options: LocalOptions,
  terminal: Terminal,
): Promise<LocalResult> {
  const { timeoutMinutes } = options;
  const view = chooseView(deploymentId, options.json, terminal);
  try {
    return await runWatch({
      template: readShippedTemplate(),
      input: { deploymentId, ...(timeoutMinutes !== undefined && { timeoutMinutes }) },
      executionName: `${deploymentId}-${randomUUID().slice(0, 8)}`,
      api: apiSettingsOf(options),
      readKey: async () => apiKey,
      keyLocation: `the environment variable ${KEY_VARIABLE}`,
      warn: (message) => view.warn(message),
      onEvent: followEngine(view),
    });
  } finally {
    view.close();
  }
}

function apiSettingsOf({ api = DEFAULT_API_SETTINGS.api, apiBaseUrl }: LocalOptions): ApiSettings {
  return { api, apiBaseUrl };
}

function readKeyVariable({ env }: Terminal): string {
  try {
    return readApiKey(env[KEY_VARIABLE]);
  } catch (error) {
    throw new UsageError(
      `The environment variable ${KEY_VARIABLE} ${messageOf(error)}. Set it to an API key from Flightcontrol.`,
    );
  }
}

function readNotification({ published }: LocalResult): FinalNotification {
  const [notification] = published;
  if (notification === undefined) throw new Error('The watch ended without a notification.');
  const { subject, messages } = notification;
  return { subject, email: messages.email ?? '', record: JSON.parse(messages.sqs ?? '') as NotificationRecord };
}
