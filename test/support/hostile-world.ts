import type { HistoryEvent, LocalServices } from '../../lib/local/engine';
import { LocalEventBus, type PutEventsInput } from '../../lib/local/event-bus';
import { FastTime } from '../../lib/local/fast-time';
import { LocalTopic, type Published, type PublishInput } from '../../lib/local/topic';
import type { NotificationRecord } from '../../lib/notification/record';
import { readNewLook } from '../../lib/watch/follower';
import type { Look } from '../../lib/watch/look';
import { type DeployedWatch, deployWatch } from './hostile-definitions';
import { type Facts, HostileFunction } from './hostile-function';
import { named } from './hostile-lambda';
import { seededRandom } from './hostile-random';
import { executeStrictly, type StrictExecution } from './hostile-step-functions';
import { EVENT_BUS_FAULTS, faultAt, type Story, TOPIC_FAULT } from './hostile-story';
import { isExit, tellOfEnd, WATCH_INPUT, WATCH_NAME } from './hostile-watchdog';
import { STARTED_AT } from './world';

/** A round of the poll state, as the history shows it. */
interface Round {
  readonly look: Look;
  /** Seconds since the start of the watch. */
  readonly at: number;
}

export interface Played extends Facts {
  readonly story: Story;
  readonly execution: StrictExecution;
  /** When the watch's execution ended, and when each notification was published; seconds since the start. */
  readonly endedAt: number;
  readonly publishedAt: readonly number[];
  /** How long publishing was retried, at most. */
  readonly toldAfterSeconds: number;
  readonly published: readonly Published[];
  readonly records: readonly NotificationRecord[];
  /** What other programs were told. */
  readonly finished: readonly NotificationRecord[];
  /** Whether the event bus failed when it was asked. */
  readonly isBusBroken: boolean;
  readonly rounds: readonly Round[];
}

/**
 * Plays a story to its end: the deployed definitions, the real functions, and everything else within this process.
 *
 * @param killAt at which point to kill a call of the poll function, by its index. @default - as the story says
 */
export async function playStory(story: Story, killAt?: (call: number) => number): Promise<Played> {
  const random = seededRandom(story.seed);
  const watch = deployWatch({ timeoutMinutes: story.timeoutMinutes, pacing: story.pacing });
  const restore = replaceGlobals(random);
  try {
    return await FastTime.run(Number.POSITIVE_INFINITY, STARTED_AT, (time) =>
      new Stage(story, watch, random, time).play(killAt),
    );
  } finally {
    restore();
  }
}

/** The engine's jitter uses Math.random, and the client's time-outs run on the machine's clock. */
function replaceGlobals(random: () => number): () => void {
  const { random: mathRandom } = Math;
  const { timeout } = AbortSignal;
  Math.random = random;
  AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(named('TimeoutError', 'The operation was aborted.')), milliseconds);
    return controller.signal;
  };
  return () => {
    Math.random = mathRandom;
    AbortSignal.timeout = timeout;
  };
}

class Stage {
  private readonly topic = new LocalTopic();
  private readonly publishedAt: number[] = [];
  private readonly refusedAt: number[] = [];
  private readonly events: HistoryEvent[] = [];
  private readonly bus = new LocalEventBus();
  private isBusBroken = false;

  constructor(
    private readonly story: Story,
    private readonly watch: DeployedWatch,
    private readonly random: () => number,
    private readonly time: FastTime,
  ) {}

  async play(killAt?: (call: number) => number): Promise<Played> {
    const { story, random, time } = this;
    const { functionSeconds } = this.watch;
    const lambda = new HostileFunction({ story, functionSeconds, now: this.now, random, sleep: time.sleep, killAt });
    const execution = await this.execute(lambda);
    const endedAt = this.now();
    const { deliveries } = story;
    if (execution.status !== 'SUCCEEDED') {
      await tellOfEnd(execution, this.events, { services: this.services, sleep: time.sleep, deliveries, random });
    }
    return {
      ...lambda.facts,
      story,
      execution,
      endedAt,
      publishedAt: this.publishedAt,
      toldAfterSeconds: (this.publishedAt[0] ?? 0) - (this.refusedAt[0] ?? this.publishedAt[0] ?? 0),
      published: this.topic.published,
      records: this.topic.published.map(({ messages }) => JSON.parse(messages.sqs ?? '') as NotificationRecord),
      finished: this.bus.finished,
      isBusBroken: this.isBusBroken,
      rounds: this.events.filter(isExit).flatMap(readRound),
    };
  }

  private now = (): number => (Date.now() - STARTED_AT.getTime()) / 1000;

  private publish = async (input: PublishInput): Promise<unknown> => {
    if (faultAt(this.story, [TOPIC_FAULT], this.now(), this.random)) {
      this.refusedAt.push(this.now());
      throw named('SNS.InternalErrorException');
    }
    const answer = await this.topic.publish(input);
    this.publishedAt.push(this.now());
    return answer;
  };

  private async execute(lambda: HostileFunction): Promise<StrictExecution> {
    const abort = new AbortController();
    if (this.story.abortAt !== null) setTimeout(() => abort.abort(), this.story.abortAt * 1000);
    const options = { signal: abort.signal, onEvent: (event: HistoryEvent) => void this.events.push(event) };
    const services = { poll: lambda.invoke, ...this.services };
    return executeStrictly(this.watch.definition, WATCH_INPUT, WATCH_NAME, services, options);
  }

  private putEvents = async (input: PutEventsInput): Promise<unknown> => {
    const fault = faultAt(this.story, EVENT_BUS_FAULTS, this.now(), this.random);
    this.isBusBroken ||= fault !== undefined;
    if (fault === 'event bus hangs') await this.time.sleep(3_600_000);
    if (fault !== undefined) throw named('EventBridge.InternalException');
    return this.bus.putEvents(input);
  };

  private get services(): Omit<LocalServices, 'poll'> {
    return { publish: this.publish, putEvents: this.putEvents };
  }
}

function readRound({ state, timestamp }: HistoryEvent): Round[] {
  const look = readNewLook(state?.name, state?.output);
  return look === undefined ? [] : [{ look, at: (timestamp - STARTED_AT.getTime()) / 1000 }];
}
