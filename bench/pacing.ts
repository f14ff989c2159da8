import { randomLcg } from 'd3-random';
import { IN_PROGRESS } from '../lib/contract/outcomes';
import { DEFAULT_PACING, type Pacing } from '../lib/contract/pacing';
import { stageOf } from '../lib/flightcontrol/statuses';
import { MAX_VERDICTS_READ } from '../lib/watch/history';
import type { Look } from '../lib/watch/look';
import { poll } from '../lib/watch/poll';
import { deploymentAt, type SimulatedDeployment, simulateDeployments } from './deployments';
import { PRICES } from './prices';

/** Assumed: one call of the API, and what a warm function takes around it. */
export const CALL_SECONDS = 0.3;
export const OVERHEAD_SECONDS = 0.02;

/** States of a watch besides its rounds: Begin Watch, Poll, Finished?, Notify, the end. A round: Wait, Poll, Finished?. */
const TRANSITIONS_OF_A_WATCH = 5;
const TRANSITIONS_OF_A_ROUND = 3;

/** Assumed of the history: a query, the function that records an outcome, and the size of an item. */
const QUERY_SECONDS = 0.02;
const RECORD_SECONDS = 0.5;
const ITEM_KILOBYTES = 0.6;

/** A query reads a hundred verdicts. */
const QUERY_UNITS = Math.ceil((MAX_VERDICTS_READ * ITEM_KILOBYTES) / 4);

interface Run {
  delaySeconds: number;
  looks: number;
  rounds: number;
  functionSeconds: number;
  /** Of the history, by the poll function; undefined if there is neither a history nor an event. */
  queries?: number;
}

/** Watches one deployment, in a time of its own. */
type Policy = (deployment: SimulatedDeployment, random: () => number) => Promise<Run>;

/** A function call for each look, and a wait between them, as every peer does it. */
function peer(secondsBefore: (look: number, random: () => number) => number): Policy {
  return async (deployment, random) => {
    let now = 0;
    for (let look = 1; ; look += 1) {
      now += OVERHEAD_SECONDS + CALL_SECONDS;
      if (stageOf(deploymentAt(deployment, now).status) !== 'in progress') {
        const functionSeconds = look * (OVERHEAD_SECONDS + CALL_SECONDS);
        return { delaySeconds: now - deployment.endsAt, looks: look, rounds: look - 1, functionSeconds };
      }
      now += secondsBefore(look, random);
    }
  };
}

/** The poll function itself, called as the state machine calls it. */
function flightwatch(pacing: Pacing, { remembers = true } = {}): Policy {
  return async (deployment, random) => {
    const run = { delaySeconds: 0, looks: 0, rounds: -1, functionSeconds: 0, queries: 0 };
    let now = 0;
    const dependencies = {
      readKey: async () => 'key',
      getDeployment: async () => {
        run.looks += 1;
        now += CALL_SECONDS;
        return deploymentAt(deployment, now);
      },
      now: () => new Date(now * 1000),
      sleep: async (milliseconds: number) => {
        now += milliseconds / 1000;
      },
      random,
      warn: () => {},
      onLook: () => {},
      keyLocation: '',
      ...(remembers && {
        readVerdicts: async () => {
          run.queries += 1;
          now += QUERY_SECONDS;
          return { verdicts: [], isComplete: true };
        },
      }),
    };
    const execution = {
      arn: 'arn:aws:states:us-east-1:000000000000:execution:bench:1',
      startedAt: new Date(0).toISOString(),
    };
    for (let look: Look | null = null; ; ) {
      const enteredAt = now;
      now += OVERHEAD_SECONDS;
      look = await poll(
        { input: { deploymentId: 'clx1' }, execution, settings: { timeoutMinutes: 1440, pacing }, look },
        dependencies,
      );
      run.rounds += 1;
      run.functionSeconds += now - enteredAt;
      if (look.outcome !== IN_PROGRESS) {
        const { queries, ...others } = run;
        return { ...others, delaySeconds: now - deployment.endsAt, ...(remembers && { queries }) };
      }
      now += look.waitSeconds;
    }
  };
}

/** What the history and the event are held against. */
export const WITHOUT_HISTORY = 'Flightwatch, no history and event';

export const POLICIES: Readonly<Record<string, Policy>> = {
  Flightwatch: flightwatch(DEFAULT_PACING),
  [WITHOUT_HISTORY]: flightwatch(DEFAULT_PACING, { remembers: false }),
  'Flightwatch, linger off': flightwatch({ ...DEFAULT_PACING, lingerSeconds: 0 }),
  'fixed 10 s (a Go tool for this API)': peer(() => 10),
  'fixed 30 s (AWS job poller sample)': peer(() => 30),
  'fixed 15 s (aws deploy wait)': peer(() => 15),
  'backoff 2 to 120 s (AWS SDK waiters)': peer(
    (look, random) => 2 + random() * (Math.min(120, 2 * 2 ** (look - 1)) - 2),
  ),
  'fixed 5 s (CDK provider framework)': peer(() => 5),
};

export interface PacingResult {
  readonly policy: string;
  readonly scale: number;
  /** Rounds of the state machine, of which each but the last waits: calls of the function. */
  readonly polls: number;
  readonly meanDelaySeconds: number;
  readonly p95DelaySeconds: number;
  readonly looks: number;
  readonly transitions: number;
  /** Dollars for 1,000 deployments. */
  readonly dollarsAt128: number;
  readonly dollarsAt256: number;
  /** The part of them that the table of the history costs. */
  readonly dollarsOfTable: number;
}

export const SEEDS = [0.1, 0.2, 0.3];

/** Each policy over the same deployments: three seeds of `count`, durations scaled by 0.25, 1 and 4. */
export async function measurePacing(
  count = 10_000,
  scales = [0.25, 1, 4],
  policies = POLICIES,
): Promise<PacingResult[]> {
  const results: PacingResult[] = [];
  for (const scale of scales) {
    const deployments = SEEDS.flatMap((seed) => simulateDeployments(count, seed, scale));
    for (const [policy, watch] of Object.entries(policies))
      results.push(await measure(policy, watch, scale, deployments));
  }
  return results;
}

async function measure(
  policy: string,
  watch: Policy,
  scale: number,
  deployments: readonly SimulatedDeployment[],
): Promise<PacingResult> {
  const random = randomLcg(0.7);
  const runs: Run[] = [];
  for (const deployment of deployments) runs.push(await watch(deployment, random));
  const mean = (of: (run: Run) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  const delays = runs.map(({ delaySeconds }) => delaySeconds).sort((one, other) => one - other);
  const sending = mean(({ queries }) => (queries === undefined ? 0 : 1));
  const transitions = TRANSITIONS_OF_A_WATCH + sending + TRANSITIONS_OF_A_ROUND * mean(({ rounds }) => rounds);
  const dollarsAt = (gigabytes: number) =>
    1000 *
    (transitions * PRICES.transition +
      mean(({ functionSeconds }) => functionSeconds) * gigabytes * PRICES.gigabyteSecond +
      (mean(({ rounds }) => rounds) + 1) * PRICES.request +
      mean((run) => dollarsOfEvent(run) + dollarsOfTable(run)));
  return {
    policy,
    scale,
    polls: mean(({ rounds }) => rounds) + 1,
    meanDelaySeconds: mean(({ delaySeconds }) => delaySeconds),
    p95DelaySeconds: delays[Math.floor(delays.length * 0.95)] ?? 0,
    looks: mean(({ looks }) => looks),
    transitions,
    dollarsAt128: dollarsAt(0.125),
    dollarsAt256: dollarsAt(0.25),
    dollarsOfTable: 1000 * mean(dollarsOfTable),
  };
}

/** What an event and the function behind it cost, beyond the transition. */
function dollarsOfEvent({ queries }: Run): number {
  if (queries === undefined) return 0;
  return PRICES.event + RECORD_SECONDS * 0.125 * PRICES.gigabyteSecond + PRICES.request;
}

/** What the table costs, beyond the time of the poll function. */
function dollarsOfTable({ queries }: Run): number {
  if (queries === undefined) return 0;
  // The verdict, and the summary of the environment, which holds the verdict and some more.
  const writeUnits = Math.ceil(ITEM_KILOBYTES) + Math.ceil(2 * ITEM_KILOBYTES);
  // Consistent: the number of the summary's writes, and the verdicts that it follows from. Any other read is half a unit.
  const readUnits = 1 + QUERY_UNITS + queries * (QUERY_UNITS / 2);
  const storing = (ITEM_KILOBYTES / 1024 / 1024) * 12 * PRICES.tableGigabyteMonth;
  return writeUnits * PRICES.writeUnit + readUnits * PRICES.readUnit + storing;
}
