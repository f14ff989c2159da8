import { randomUUID } from 'node:crypto';
import type { ApiGeneration } from '../contract/api-generations';
import { type ApiSettings, DEFAULT_API_SETTINGS } from '../contract/poll-environment';
import { readApiKey } from '../flightcontrol/api-key';
import { readShippedTemplate } from '../local/definition';
import { type LocalResult, runWatch } from '../local/run-watch';
import type { NotificationRecord } from '../notification/record';
import { messageOf } from '../text';
import { checkApiHost } from './check-api-host';
import { chooseView } from './choose-view';
import { UsageError } from './errors';
import { followEngine } from './follow-engine';
import { setOutputs } from './github-actions';
import { setInterruptMessage } from './interrupt';
import type { PreparedWatch } from './prepared-watch';
import { type FinalNotification, reportOutcome } from './report-outcome';
import type { Terminal } from './terminal';
import { followTogether, TimelineRecorder } from './timeline-recorder';

export interface LocalOptions {
  readonly api?: ApiGeneration | undefined;
  readonly apiBaseUrl?: string | undefined;
  readonly timeoutMinutes?: number | undefined;
  readonly json?: boolean | undefined;
  /** @default - the environment variable FLIGHTCONTROL_API_KEY */
  readonly apiKey?: GivenKey | undefined;
}

/** An API key as somebody has given it. */
export interface GivenKey {
  readonly text: string | undefined;
  /** For messages, such as `the environment variable FLIGHTCONTROL_API_KEY`. */
  readonly location: string;
}

const KEY_VARIABLE = 'FLIGHTCONTROL_API_KEY';

/**
 * Watches a real deployment from this machine.
 *
 * @returns the exit status
 * @throws UsageError
 */
export async function runLocal(deploymentId: string, options: LocalOptions, terminal: Terminal): Promise<number> {
  setInterruptMessage('Interrupted. No watch was started.', terminal);
  return (await prepareLocal(options, terminal)).run(deploymentId);
}

/**
 * Checks everything that can be checked before there is a deployment.
 *
 * @throws UsageError
 */
export async function prepareLocal(options: LocalOptions, terminal: Terminal): Promise<PreparedWatch> {
  const { apiKey = { text: terminal.env[KEY_VARIABLE], location: `the environment variable ${KEY_VARIABLE}` } } =
    options;
  const watch = { apiKey: checkKey(apiKey), keyLocation: apiKey.location, options, terminal };
  await checkApiHost(apiSettingsOf(options), terminal);
  return {
    run: (deploymentId) => runHere(deploymentId, watch),
    writeCommand: (deploymentId) => `local ${deploymentId}`,
  };
}

/** What is the same for every deployment. */
interface LocalWatch {
  readonly apiKey: string;
  readonly keyLocation: string;
  readonly options: LocalOptions;
  readonly terminal: Terminal;
}

async function runHere(deploymentId: string, watch: LocalWatch): Promise<number> {
  const { options, terminal } = watch;
  setInterruptMessage(
    'Interrupted. This watch ran on this machine and has stopped. The deployment continues.',
    terminal,
  );
  setOutputs({ 'deployment-id': deploymentId }, terminal);
  const timeline = new TimelineRecorder();
  const result = await watchHere(deploymentId, watch, timeline);
  return reportOutcome({ ...readNotification(result), timeline: timeline.draw() }, options.json, terminal);
}

async function watchHere(
  deploymentId: string,
  { apiKey, keyLocation, options, terminal }: LocalWatch,
  timeline: TimelineRecorder,
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
      keyLocation,
      warn: (message) => view.warn(message),
      onEvent: followEngine(followTogether(view, timeline)),
    });
  } finally {
    view.close();
  }
}

function apiSettingsOf({ api = DEFAULT_API_SETTINGS.api, apiBaseUrl }: LocalOptions): ApiSettings {
  return { api, apiBaseUrl };
}

function checkKey({ text, location }: GivenKey): string {
  try {
    return readApiKey(text);
  } catch (error) {
    const subject = location.charAt(0).toUpperCase() + location.slice(1);
    throw new UsageError(`${subject} ${messageOf(error)}. Set it to an API key from Flightcontrol.`);
  }
}

function readNotification({ published }: LocalResult): FinalNotification {
  const [notification] = published;
  if (notification === undefined) throw new Error('The watch ended without a notification.');
  const { subject, messages } = notification;
  return { subject, email: messages.email ?? '', record: JSON.parse(messages.sqs ?? '') as NotificationRecord };
}
