import { randomLcg } from 'd3-random';
import { DEFAULT_PACING } from '../lib/contract/pacing';
import { readDefinition, readShippedTemplate } from '../lib/local/definition';
import { execute } from '../lib/local/engine';
import { LocalEventBus } from '../lib/local/event-bus';
import { FastTime } from '../lib/local/fast-time';
import { LocalTopic } from '../lib/local/topic';
import { type PollEvent, poll } from '../lib/watch/poll';
import { deploymentAt, simulateDeployments } from './deployments';

export interface ScaleResult {
  readonly watches: number;
  /** Watches that did not end with exactly one notification. */
  readonly lost: number;
  readonly realSeconds: number;
  readonly virtualSeconds: number;
  /** What a watch takes while all of them run. */
  readonly kilobytesPerWatch: number;
  readonly looks: number;
  /** Looks per second in each of the first minutes; all watches start in the same second. */
  readonly minutes: readonly { readonly minute: number; readonly mean: number; readonly most: number }[];
}

const STARTED_AT = new Date('2026-01-01T00:00:00.000Z');
const MINUTES = 10;

/** So many watches at once, all of them started in the same second, on the engine and with the code that are deployed. */
export async function measureScale(count: number): Promise<ScaleResult> {
  const deployments = simulateDeployments(count, 0.5, 1);
  const definition = readDefinition(readShippedTemplate(), { timeoutMinutes: 1440, pacing: DEFAULT_PACING });
  const random = randomLcg(0.9);
  const looksPerSecond: number[] = [];
  const startedAt = process.hrtime.bigint();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  let during = before;

  const ends = await FastTime.run(Number.POSITIVE_INFINITY, STARTED_AT, async (time) => {
    const now = () => (Date.now() - STARTED_AT.getTime()) / 1000;
    const watches = deployments.map(async (deployment, index) => {
      const topic = new LocalTopic();
      const bus = new LocalEventBus();
      const dependencies = {
        readKey: async () => 'key',
        getDeployment: async () => {
          const second = Math.floor(now());
          looksPerSecond[second] = (looksPerSecond[second] ?? 0) + 1;
          return deploymentAt(deployment, now());
        },
        now: () => new Date(),
        sleep: time.sleep,
        random,
        warn: () => {},
        onLook: () => {},
        keyLocation: '',
      };
      const services = {
        poll: (event: PollEvent) => poll(event, dependencies),
        publish: topic.publish,
        putEvents: bus.putEvents,
      };
      await execute(definition, { deploymentId: 'clx1' }, `bench-${index}`, services);
      return topic.published.length;
    });
    // Deployments take four minutes or more for the most part: at two, nearly all watches run.
    await time.sleep(120_000);
    collectGarbage();
    during = process.memoryUsage().heapUsed;
    const published = await Promise.all(watches);
    return { published, virtualSeconds: now() };
  });

  const looks = looksPerSecond.reduce((sum, number) => sum + (number ?? 0), 0);
  const minutes = Array.from({ length: MINUTES }, (_, index) => {
    const seconds = Array.from({ length: 60 }, (__, second) => looksPerSecond[index * 60 + second] ?? 0);
    const mean = seconds.reduce((sum, number) => sum + number, 0) / 60;
    return { minute: index + 1, mean, most: Math.max(...seconds) };
  });
  return {
    watches: count,
    lost: ends.published.filter((published) => published !== 1).length,
    realSeconds: Number(process.hrtime.bigint() - startedAt) / 1e9,
    virtualSeconds: ends.virtualSeconds,
    kilobytesPerWatch: (during - before) / count / 1000,
    looks,
    minutes,
  };
}

/** Node.js is started with --expose-gc. */
function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
