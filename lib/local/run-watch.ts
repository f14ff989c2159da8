import { readPollEnvironment } from '../../lambda/poll-deployment';
import { POLL_ENVIRONMENT } from '../contract/names';
import { type PollDependencies, type PollEvent, poll } from '../watch/poll';
import { readDefinition, type Template } from './definition';
import { execute, type HistoryEvent, type LocalExecution } from './engine';
import type { FastTime } from './fast-time';
import { LocalTopic, type Published } from './topic';

export interface LocalWatch {
  readonly template: Template;
  readonly input: unknown;
  readonly executionName: string;
  /** The function's environment, by the names the stack uses. */
  readonly environment: { readonly [name: string]: string };
  readonly readKey: PollDependencies['readKey'];
  readonly keyHolder: string;
  readonly warn: (message: string) => void;
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Milliseconds for one exchange with the API. @default - the deployed function's */
  readonly requestTimeoutMs?: number;
  /** Spreads the looks of many watches, 0 to 1. @default Math.random */
  readonly random?: () => number;
  /** Without it, time is the machine's. */
  readonly time?: FastTime;
}

export interface LocalResult {
  readonly execution: LocalExecution;
  readonly published: readonly Published[];
}

/** A watch on this machine: the deployed definition, the deployed code, and a topic in memory. */
export async function runWatch(watch: LocalWatch): Promise<LocalResult> {
  const topic = new LocalTopic();
  const { getDeployment, settings } = readPollEnvironment(watch.environment, watch.requestTimeoutMs);
  const time = watch.time;
  const dependencies = {
    settings,
    getDeployment: (key: string, id: string) =>
      time === undefined ? getDeployment(key, id) : time.whileWorking(() => getDeployment(key, id)),
    readKey: watch.readKey,
    now: () => new Date(),
    sleep: time?.sleep ?? ((milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))),
    random: watch.random ?? Math.random,
    warn: watch.warn,
    onLook: () => {},
    keyHolder: watch.keyHolder,
  };
  const services = { poll: (event: PollEvent) => poll(event, dependencies), publish: topic.publish };
  const definition = readDefinition(watch.template);
  const execution = await execute(definition, watch.input, watch.executionName, services, watch.onEvent);
  return { execution, published: topic.published };
}

/** The poll function's environment as the stack would set it; what is undefined is the stack's default. */
export function pollEnvironment(settings: { api?: string; apiBaseUrl?: string; timeoutMinutes?: number }) {
  const { api, apiBaseUrl, timeoutMinutes } = settings;
  return {
    ...(api && { [POLL_ENVIRONMENT.api]: api }),
    ...(apiBaseUrl && { [POLL_ENVIRONMENT.apiBaseUrl]: apiBaseUrl }),
    ...(timeoutMinutes && { [POLL_ENVIRONMENT.timeoutMinutes]: String(timeoutMinutes) }),
  };
}
