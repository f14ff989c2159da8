import { inspect } from 'node:util';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { createKeyReader } from '../../lib/aws/api-key-reader';
import type { Pacing } from '../../lib/contract/pacing';
import { type ApiSettings, DEFAULT_API_SETTINGS } from '../../lib/contract/poll-environment';
import { DEFAULT_WATCH_SETTINGS } from '../../lib/contract/watch-settings';
import { readShippedTemplate } from '../../lib/local/definition';
import type { HistoryEvent, LocalExecution } from '../../lib/local/engine';
import { FastTime } from '../../lib/local/fast-time';
import {
  type Answer,
  deploymentJson,
  type Request,
  type ServiceJson,
  startFlightcontrolServer,
} from '../../lib/local/flightcontrol-server';
import { runWatch } from '../../lib/local/run-watch';
import type { Published } from '../../lib/local/topic';
import type { NotificationRecord } from '../../lib/notification/record';

/** Must not appear in anything that a watch writes. */
export const CANARY_KEY = 'fc_CANARY+7b1d/9e4f\\"2a';

export const STARTED_AT = new Date('2023-01-09T22:10:05.000Z');

/** An answer that depends on the time; for answers that change while nobody looks. */
interface TimedAnswer {
  readonly answerAt: (secondsSinceStart: number) => Answer;
}

type Step = string | Answer | TimedAnswer;

export interface WorldOptions {
  /** One answer a look; the last one stays. A text is a status. */
  readonly script: readonly Step[];
  readonly services?: readonly ServiceJson[];
  readonly input?: unknown;
  readonly settings?: Partial<ApiSettings> & { readonly timeoutMinutes?: number; readonly pacing?: Partial<Pacing> };
  /** What the secret holds, one value a read; the last one stays. An Error is thrown. */
  readonly secret?: readonly (string | undefined | Error)[];
}

export interface Run {
  readonly execution: LocalExecution;
  readonly notifications: readonly NotificationRecord[];
  readonly published: readonly Published[];
  readonly events: readonly HistoryEvent[];
  readonly requests: readonly Request[];
  readonly warnings: readonly string[];
  /** Names of the states that were entered. */
  readonly states: readonly string[];
  readonly secondsTaken: number;
}

export function answer(status: string, services: readonly ServiceJson[] = []): Answer {
  return { json: deploymentJson('clx1', status, services) };
}

/** A watch of `clx1` on the embedded engine: the deployed definition, the real handler, a real HTTP server. */
export async function watch(options: WorldOptions): Promise<Run> {
  const secrets = mockClient(SecretsManagerClient);
  serveSecret(secrets, options.secret ?? [CANARY_KEY]);
  const events: HistoryEvent[] = [];
  const warnings: string[] = [];
  const run = await FastTime.run(Number.POSITIVE_INFINITY, STARTED_AT, async (time) => {
    const server = await startFlightcontrolServer(playScript(options));
    const { api = DEFAULT_API_SETTINGS.api, pacing, ...limit } = options.settings ?? {};
    try {
      const result = await runWatch({
        template: readShippedTemplate(),
        input: 'input' in options ? options.input : { deploymentId: 'clx1' },
        executionName: 'clx1',
        api: { api, apiBaseUrl: server.url },
        settings: { ...DEFAULT_WATCH_SETTINGS, ...limit, pacing: { ...DEFAULT_WATCH_SETTINGS.pacing, ...pacing } },
        readKey: createKeyReader(new SecretsManagerClient({ region: 'us-east-1' }), 'arn:key', () => new Date()),
        keyLocation: 'the secret arn:key',
        warn: (message) => warnings.push(message),
        onEvent: (event) => events.push(event),
        requestTimeoutMs: 1_000,
        random: () => 0.5,
        time,
      });
      return { ...result, requests: server.requests, secondsTaken: (Date.now() - STARTED_AT.getTime()) / 1000 };
    } finally {
      await server.close();
    }
  });
  const notifications = run.published.map(({ messages }) => JSON.parse(messages.sqs ?? '') as NotificationRecord);
  const states = events.filter(({ type }) => type === 'StateEntered').map(({ state }) => state?.name ?? '');
  expectNoKey({ events, warnings, execution: run.execution, published: run.published });
  return { ...run, notifications, events, warnings, states };
}

function playScript({ script, services = [] }: WorldOptions): (request: Request) => Answer {
  let index = 0;
  return () => {
    const step = script[Math.min(index, script.length - 1)] ?? 'SUCCESS';
    index += 1;
    if (typeof step === 'string') return answer(step, services);
    return 'answerAt' in step ? step.answerAt((Date.now() - STARTED_AT.getTime()) / 1000) : step;
  };
}

function serveSecret(secrets: ReturnType<typeof mockClient>, values: NonNullable<WorldOptions['secret']>): void {
  let index = 0;
  (secrets as unknown as { on: (command: unknown) => { callsFake: (fake: () => unknown) => void } })
    .on(GetSecretValueCommand)
    .callsFake(() => {
      const value = values[Math.min(index, values.length - 1)];
      index += 1;
      if (value instanceof Error) throw value;
      return { SecretString: value };
    });
}

function expectNoKey(everything: unknown): void {
  const text = JSON.stringify(everything) + inspect(everything, { depth: 20, maxStringLength: null });
  const forms = [CANARY_KEY, JSON.stringify(CANARY_KEY).slice(1, -1), encodeURIComponent(CANARY_KEY), 'CANARY'];
  expect(forms.filter((form) => text.includes(form))).toEqual([]);
}
