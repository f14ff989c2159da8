import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createKeyReader } from '../../lib/aws/api-key-reader';
import { DEFAULT_API_SETTINGS } from '../../lib/contract/poll-environment';
import { createClient } from '../../lib/flightcontrol/client';
import type { Verdicts } from '../../lib/watch/history';
import type { Look } from '../../lib/watch/look';
import { type PollDependencies, type PollEvent, poll } from '../../lib/watch/poll';
import { createHostileFetch } from './hostile-api';
import { KillableCall, named } from './hostile-lambda';
import {
  type ApiFault,
  FUNCTION_FAULTS,
  type FunctionFault,
  faultAt,
  HISTORY_FAULT,
  SECRET_FAULTS,
  type SecretFault,
  type Story,
} from './hostile-story';
import { CANARY_KEY } from './world';

/** A call of the poll function. Times are in seconds since the start of the watch. */
export interface Attempt {
  readonly from: number;
  to: number;
  /** Whether it is asked to explain why the function could not be run. */
  readonly explains: boolean;
  /** Undefined if it has returned a look. */
  error?: string;
}

/** A look of the function, and what it really found. */
export interface FoundLook {
  readonly attempt: Attempt;
  readonly from: number;
  /** Infinite if the function did not live to see an end of it. */
  to: number;
  requests: number;
  fault?: ApiFault | SecretFault | undefined;
  /** What the API said, if the answer was usable. */
  status?: string | undefined;
}

/** What the function, the API and the secret really did; what a notification says is held against it. */
export interface Facts {
  readonly attempts: Attempt[];
  readonly looks: FoundLook[];
  readonly warnings: string[];
}

export interface FunctionOptions {
  readonly story: Story;
  /** When Lambda ends a call. */
  readonly functionSeconds: number;
  /** Seconds since the start of the watch. */
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** At which point to kill a call, by its index. @default - as the story says */
  readonly killAt?: ((call: number) => number) | undefined;
}

/** The error of a call that Lambda refuses. */
export const THROTTLED = 'Lambda.TooManyRequestsException';

const KILLS = ['Lambda.Unknown', 'Runtime.ExitError', 'Runtime.OutOfMemory'] as const;

/** Before which point a function is killed: at once, early, or late; a call with fewer points survives. */
const KILL_POINTS = [4, 16, 16, 120] as const;

/** The poll function as Lambda runs it: an instance that keeps its key from call to call, until it is killed. */
export class HostileFunction {
  readonly facts: Facts = { attempts: [], looks: [], warnings: [] };
  private attempt: Attempt = { from: 0, to: 0, explains: false };
  private call = new KillableCall(Number.POSITIVE_INFINITY, '');
  private instance: PollDependencies | undefined;

  constructor(private readonly options: FunctionOptions) {}

  invoke = async (event: PollEvent): Promise<Look> => {
    const { now } = this.options;
    const explains = event.failure !== undefined;
    const attempt: Attempt = { from: now(), to: Number.POSITIVE_INFINITY, explains };
    this.attempt = attempt;
    this.facts.attempts.push(attempt);
    try {
      return await this.run(event);
    } catch (error) {
      attempt.error = (error as Error).name;
      this.instance = undefined;
      throw error;
    } finally {
      attempt.to = now();
    }
  };

  private async run(event: PollEvent): Promise<Look> {
    const { story, now, random, functionSeconds } = this.options;
    const fault = faultAt(story, FUNCTION_FAULTS, now(), random);
    if (fault === 'function throttled') throw named(THROTTLED);
    const killAt = this.options.killAt?.(this.facts.attempts.length - 1) ?? this.pickKillPoint(fault);
    const error = fault === 'function hangs' ? undefined : KILLS[Math.floor(random() * KILLS.length)];
    const call = new KillableCall(killAt, error);
    this.call = call;
    this.instance ??= this.createInstance();
    const timer = setTimeout(() => call.kill('Sandbox.Timedout'), functionSeconds * 1000);
    try {
      const { instance } = this;
      const look = call.step(async () => {}).then(() => poll(event, instance));
      return await Promise.race([look, call.death]);
    } finally {
      clearTimeout(timer);
    }
  }

  private pickKillPoint(fault: FunctionFault | undefined): number {
    const { story, random } = this.options;
    if (fault === undefined) return Number.POSITIVE_INFINITY;
    const points = KILL_POINTS[story.seed % KILL_POINTS.length] ?? 0;
    return Math.floor(random() * points);
  }

  private createInstance(): PollDependencies {
    const { random, sleep } = this.options;
    const fetch = createHostileFetch(this.options, ({ fault, status }) => {
      this.look.requests += 1;
      Object.assign(this.look, { fault, status: fault === undefined ? status : undefined });
    });
    const getDeployment = createClient({ ...DEFAULT_API_SETTINGS, fetch });
    const secrets = { send: () => this.readSecret() } as unknown as SecretsManagerClient;
    const readKey = createKeyReader(secrets, 'arn:key', () => new Date());
    return {
      readKey: (options) => this.timed(() => readKey(options), !options.fresh),
      getDeployment: (key, id) => this.timed(() => getDeployment(key, id)),
      sleep: (milliseconds) => this.call.step(() => sleep(milliseconds)),
      now: () => new Date(),
      random,
      warn: (message) => this.facts.warnings.push(message),
      onLook: () => {},
      keyLocation: 'the secret arn:key',
      readVerdicts: (_, milliseconds) => this.call.step(() => this.readVerdicts(milliseconds)),
    };
  }

  /** Earlier deployments, all of which have succeeded. */
  private async readVerdicts(milliseconds: number): Promise<Verdicts | undefined> {
    const { story, now, random, sleep } = this.options;
    if (faultAt(story, [HISTORY_FAULT], now(), random)) {
      await sleep(milliseconds * random());
      return undefined;
    }
    const verdicts = [3, 2, 1].map((minute) => ({
      deploymentId: `earlier-${minute}`,
      outcome: 'SUCCEEDED' as const,
      startedAt: `2023-01-09T20:0${minute}:00.000Z`,
      endedAt: `2023-01-09T20:0${minute}:40.000Z`,
      durationSeconds: 40,
    }));
    return { verdicts, isComplete: true };
  }

  /** Notes when the function sees the end of a part of a look; a look begins with the key. */
  private async timed<T>(part: () => Promise<T>, isFirst = false): Promise<T> {
    const { now } = this.options;
    if (isFirst)
      this.facts.looks.push({ attempt: this.attempt, from: now(), to: Number.POSITIVE_INFINITY, requests: 0 });
    const { look, call } = this;
    look.to = Number.POSITIVE_INFINITY;
    return call.step(part).finally(() => {
      look.to = now();
    });
  }

  private get look(): FoundLook {
    const look = this.facts.looks.at(-1);
    if (look === undefined) throw new Error('The function asks without a key.');
    return look;
  }

  private async readSecret(): Promise<{ SecretString: string }> {
    const { story, now, random, sleep } = this.options;
    const fault = faultAt(story, SECRET_FAULTS, now(), random);
    if (fault !== undefined) Object.assign(this.look, { fault, status: undefined });
    // The SDK tries three times, for 5 s each.
    if (fault === 'secret unavailable') await sleep(15_000 * random());
    if (fault === 'secret unavailable') throw named('TimeoutError', 'connect ETIMEDOUT');
    if (fault === undefined) return { SecretString: CANARY_KEY };
    if (random() < 0.5) throw named('AccessDeniedException');
    return { SecretString: 'replace-me' };
  }
}
