import { randomUUID } from 'node:crypto';
import { API_GENERATIONS, parseApiBaseUrl } from '../flightcontrol/api-base-url';
import { readApiKey } from '../flightcontrol/api-key';
import { DEPLOYMENT_ID_FORM, isDeploymentId } from '../flightcontrol/deployment-id';
import { readShippedTemplate } from '../local/definition';
import type { HistoryEvent } from '../local/engine';
import { pollEnvironment, runWatch } from '../local/run-watch';
import { messageOf, showValue } from '../text';
import type { Look } from '../watch/look';
import { MAX_TIMEOUT_MINUTES, MIN_TIMEOUT_MINUTES, type Outcome } from '../watch/names';
import { isTimeoutMinutes } from '../watch/watch';
import { UsageError } from './errors';
import { type Print, showEmail, tellStory } from './story';

export interface LocalOptions {
  readonly api?: string;
  readonly apiBaseUrl?: string;
  readonly timeoutMinutes?: string;
  readonly json?: boolean;
}

const KEY_VARIABLE = 'FLIGHTCONTROL_API_KEY';

/** Exit statuses. Source: the README, "Command line". */
export const EXIT_STATUS: Readonly<Record<Outcome, number>> = {
  SUCCEEDED: 0,
  FAILED: 1,
  CANCELLED: 1,
  TIMED_OUT: 3,
  WATCH_FAILED: 3,
};

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
  const environment = readOptions(deploymentId, options);
  const apiKey = readKeyVariable(env[KEY_VARIABLE]);
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
  if (options.json) print(notification.messages.sqs ?? '');
  else showEmail(notification, print);
  return EXIT_STATUS[notification.attributes.outcome as Outcome];
}

function readOptions(deploymentId: string, { api, apiBaseUrl, timeoutMinutes }: LocalOptions) {
  if (!isDeploymentId(deploymentId)) {
    throw new UsageError(`deploymentId: got ${showValue(deploymentId)}, expected ${DEPLOYMENT_ID_FORM}.`);
  }
  if (api !== undefined && !(API_GENERATIONS as readonly string[]).includes(api)) {
    throw new UsageError(`--api: got ${showValue(api)}, expected one of ${API_GENERATIONS.join(', ')}.`);
  }
  if (apiBaseUrl !== undefined) checkBaseUrl(apiBaseUrl);
  const minutes = timeoutMinutes === undefined ? undefined : readMinutes(timeoutMinutes);
  return pollEnvironment({
    ...(api && { api }),
    ...(apiBaseUrl && { apiBaseUrl }),
    ...(minutes && { timeoutMinutes: minutes }),
  });
}

function readMinutes(text: string): number {
  if (/^\d+$/.test(text) && isTimeoutMinutes(Number(text))) return Number(text);
  throw new UsageError(
    `--timeout-minutes: got ${showValue(text)}, expected a whole number from ${MIN_TIMEOUT_MINUTES} to ${MAX_TIMEOUT_MINUTES}.`,
  );
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
    const { outcome, status, services, reason } = (state.output as { look: Look }).look;
    print(JSON.stringify({ time: new Date(timestamp).toISOString(), outcome, status, services, reason }));
  };
}
