import type { Outcome } from '../lib/contract/outcomes';
import { seededRandom } from '../test/support/hostile-random';

const WAYS = ['start-execution', 'event', 'command'] as const;
type Way = (typeof WAYS)[number];

interface Ending {
  readonly name: string;
  /** Of 100 deployments. */
  readonly share: number;
  /** What the API says in the end; null if the deployment never ends. */
  readonly status: string | null;
  readonly outcome: Outcome;
}

const ENDINGS: readonly Ending[] = [
  { name: 'good', share: 50, status: 'SUCCESS', outcome: 'SUCCEEDED' },
  { name: 'same', share: 8, status: 'NO_CHANGE', outcome: 'SUCCEEDED' },
  { name: 'bad-build', share: 12, status: 'BUILD_ERROR', outcome: 'FAILED' },
  { name: 'bad-deploy', share: 8, status: 'DEPLOY_ERROR', outcome: 'FAILED' },
  { name: 'bad', share: 4, status: 'ERROR', outcome: 'FAILED' },
  { name: 'gone', share: 8, status: 'CANCELLED', outcome: 'CANCELLED' },
  { name: 'stuck', share: 3, status: null, outcome: 'TIMED_OUT' },
  { name: 'aborted', share: 7, status: null, outcome: 'WATCH_FAILED' },
];

/** A deployment, how it is announced, how it ends, and what has to be told of it. */
export interface PlannedWatch {
  readonly deploymentId: string;
  readonly way: Way;
  /** At once: all but the first must change nothing. */
  readonly announcements: number;
  readonly finalStatus: string | null;
  readonly outcome: Outcome;
  /** Somebody aborts the execution. */
  readonly aborted: boolean;
  /** How often the event of an end is delivered; 0 leaves it to the sweep. */
  readonly deliveries: number;
  readonly seed: number;
}

/** @param commandShare the share of deployments that the command line starts, which takes a process each */
export function planWatches(count: number, seed: number, commandShare: number): PlannedWatch[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const { name, status, outcome } = pickEnding(random);
    const way = random() < commandShare ? 'command' : random() < 0.5 ? 'event' : 'start-execution';
    const aborted = name === 'aborted';
    return {
      deploymentId: `${name}-${index}`,
      way,
      announcements: way === 'command' || random() < 0.7 ? 1 : 3,
      finalStatus: status,
      outcome,
      aborted,
      deliveries: aborted ? pick([0, 1, 1, 3], random) : pick([1, 2], random),
      seed: Math.floor(random() * 2 ** 31),
    };
  });
}

function pickEnding(random: () => number): Ending {
  const place = random() * ENDINGS.reduce((sum, { share }) => sum + share, 0);
  let sum = 0;
  for (const ending of ENDINGS) {
    sum += ending.share;
    if (place < sum) return ending;
  }
  return ENDINGS[0] as Ending;
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}
