import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiSettings } from '../contract/poll-environment';
import type { WatchSettings } from '../contract/watch-settings';
import { createClient } from '../flightcontrol/client';
import type { NotificationRecord } from '../notification/record';
import type { ReadKey } from '../watch/ask';
import type { Look } from '../watch/look';
import { type PollEvent, poll } from '../watch/poll';
import { readDefinition } from './definition';
import { execute, type HistoryEvent, type LocalExecution } from './engine';
import { LocalEventBus } from './event-bus';
import type { FastTime } from './fast-time';
import type { LocalHistory } from './local-history';
import type { Template } from './template';
import { LocalTopic, type Published } from './topic';

export interface LocalWatch {
  readonly template: Template;
  readonly input: unknown;
  readonly executionName: string;
  /** Which API the poll function asks. */
  readonly api: ApiSettings;
  /** What the watch is started with. @default - the template's */
  readonly settings?: WatchSettings | undefined;
  readonly readKey: ReadKey;
  readonly keyLocation: string;
  readonly warn: (message: string) => void;
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Called with the looks that the execution's history does not hold: those within a call of the poll function. */
  readonly onLinger?: ((look: Look) => void) | undefined;
  /** Milliseconds for one exchange with the API. @default - the deployed function's */
  readonly requestTimeoutMs?: number;
  /** Spreads the looks of many watches, 0 to 1. @default Math.random */
  readonly random?: () => number;
  /** What earlier watches found out, and where this one's verdict is kept. @default - there is none */
  readonly history?: LocalHistory | undefined;
  /** @default - the machine's clock */
  readonly time?: FastTime;
}

export interface LocalResult {
  readonly execution: LocalExecution;
  readonly published: readonly Published[];
  /** The details of the events that told other programs how the watch ended. */
  readonly finished: readonly NotificationRecord[];
}

/** Runs a watch on this machine: the deployed definition, the deployed code, and a topic in memory. */
export async function runWatch(watch: LocalWatch): Promise<LocalResult> {
  const topic = new LocalTopic();
  const bus = new LocalEventBus();
  const { time, history } = watch;
  const getDeployment = createClient({ ...watch.api, fetch, timeoutMs: watch.requestTimeoutMs });
  const dependencies = {
    getDeployment: (key: string, id: string) =>
      time === undefined ? getDeployment(key, id) : time.whileWorking(() => getDeployment(key, id)),
    readKey: watch.readKey,
    now: () => new Date(),
    sleep: time?.sleep ?? sleep,
    random: watch.random ?? Math.random,
    warn: watch.warn,
    onLook: () => {},
    onLinger: watch.onLinger,
    keyLocation: watch.keyLocation,
    readVerdicts: history?.readVerdicts,
  };
  const services = {
    poll: (event: PollEvent) => poll(event, dependencies),
    publish: topic.publish,
    putEvents: bus.putEvents,
  };
  const definition = readDefinition(watch.template, watch.settings);
  const execution = await execute(definition, watch.input, watch.executionName, services, watch.onEvent);
  for (const record of bus.finished) history?.write(record);
  return { execution, published: topic.published, finished: bus.finished };
}
