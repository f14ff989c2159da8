import { simulateDeployments } from './deployments';
import { sum } from './fixed-costs';
import { dollarsOfNotification, variableItems } from './monthly-costs';
import { CALL_SECONDS, OVERHEAD_SECONDS, type PacingResult, POLICIES, SEEDS } from './pacing';
import { HOURS_PER_MONTH, PRICES } from './prices';

/** A way to hear how deployments ended, and what a month of it costs. */
export interface Way {
  readonly way: string;
  /** Until the end is noticed, on average; undefined if it depends on what the job runs. */
  readonly meanDelaySeconds?: number;
  /** By the number of deployments in the month. */
  readonly dollars: (deployments: number) => number;
}

export interface Comparison {
  readonly pacing: readonly PacingResult[];
  readonly measured: PacingResult;
  /** What an installation costs in a month without deployments: with the defaults, and with everything optional off. */
  readonly fixed: number;
  readonly bare: number;
  readonly environments: number;
}

/** Assumed of a watch on durable functions: it waits and looks as the state machine does, and each step keeps its look. */
const DURABLE_STEP_BYTES = 1000;
const DURABLE_MONTHS = 0.5;
/** The start; publishing and the event are steps of their own. */
const DURABLE_OPERATIONS_OF_A_WATCH = 3;

/** Assumed of a job: what it takes until it looks for the first time. */
const JOB_START_SECONDS = 20;

const DISK_GIGABYTES = 8;

/** All ways read the key from a secret, except a job in CI, which has it from there. */
export function compareWays({ pacing, measured, fixed, bare, environments }: Comparison): Way[] {
  const variable = (deployments: number, history = true) =>
    sum(variableItems({ environments, deployments }, measured, { history }));
  const { meanDelaySeconds } = measured;
  const loops = pacing.filter(
    ({ policy, scale }) => scale === 1 && policy in POLICIES && !policy.startsWith('Flightwatch'),
  );
  return [
    { way: 'Flightwatch', meanDelaySeconds, dollars: (count) => fixed + variable(count) },
    {
      way: 'Flightwatch, everything optional off',
      meanDelaySeconds,
      dollars: (count) => bare + variable(count, false),
    },
    {
      way: 'the same, on Lambda durable functions',
      meanDelaySeconds,
      dollars: (count) => fixed + variable(count) + count * durableInsteadOfTransitions(measured),
    },
    ...loops.map((loop) => ({
      way: `a bare loop in Step Functions, ${loop.policy}`,
      meanDelaySeconds: loop.meanDelaySeconds,
      dollars: (count: number) => PRICES.secret + count * (loop.dollarsAt128 / 1000 + dollarsOfNotification()),
    })),
    {
      way: 'a Lambda function that looks every minute, around the clock',
      meanDelaySeconds: 30,
      dollars: (count) => PRICES.secret + dollarsOfSchedule() + count * dollarsOfNotification(),
    },
    {
      way: 'a t4g.nano server that looks every 10 s, with a public address',
      meanDelaySeconds: 5,
      dollars: (count) => PRICES.secret + dollarsOfServer() + count * dollarsOfNotification(),
    },
    { way: 'a job in GitHub Actions that waits', dollars: (count) => count * minutesOfJob() * PRICES.runnerMinute },
  ];
}

/** Of one watch: the rest of it stays the same. */
function durableInsteadOfTransitions({ polls, transitions }: PacingResult): number {
  const waits = polls - 1;
  const operations = DURABLE_OPERATIONS_OF_A_WATCH + polls + waits;
  const gigabytes = (polls * DURABLE_STEP_BYTES) / 1e9;
  return (
    operations * PRICES.durableOperation +
    gigabytes * (PRICES.durableWritten + DURABLE_MONTHS * PRICES.durableRetained) -
    transitions * PRICES.transition
  );
}

function dollarsOfSchedule(): number {
  const seconds = CALL_SECONDS + OVERHEAD_SECONDS;
  return HOURS_PER_MONTH * 60 * (PRICES.request + seconds * 0.125 * PRICES.gigabyteSecond);
}

function dollarsOfServer(): number {
  return HOURS_PER_MONTH * (PRICES.serverHour + PRICES.addressHour) + DISK_GIGABYTES * PRICES.diskGigabyteMonth;
}

/** Each minute that was begun is paid for. */
function minutesOfJob(): number {
  const deployments = SEEDS.flatMap((seed) => simulateDeployments(1000, seed, 1));
  const minutes = deployments.map(({ endsAt }) => Math.ceil((JOB_START_SECONDS + endsAt) / 60));
  return minutes.reduce((total, each) => total + each, 0) / minutes.length;
}
