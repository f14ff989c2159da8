import { lookLine } from '../lib/contract/log-lines';
import { simulateDeployments } from './deployments';
import { type Item, sum } from './fixed-costs';
import { type PacingResult, SEEDS } from './pacing';
import { HOURS_PER_MONTH, PRICES } from './prices';

/** A month of an installation. */
export interface Month {
  readonly environments: number;
  readonly deployments: number;
}

/** Assumed: who is told, and how many watches in a hundred find no verdict. */
const EMAILS_PER_NOTIFICATION = 1;
const FAILED_WATCHES = 0.01;

/** Of a watch, of the function that starts it, and of the one that records its outcome. At this rate, none is left out. */
const TRACES = 3;

/** A key is kept for five minutes. */
const SECRET_CALLS = 2;

/** The function that starts a watch, and the event that announces it. */
const START_SECONDS = 0.5;

/** Assumed: what Lambda logs of a call, and an event in the log of the state machine. A look's line is measured. */
const CALL_LOG_BYTES = 1500;
const STATE_EVENT_BYTES = 500;
const LINE_OVERHEAD_BYTES = 26;
/** A task has five events, any other state and the execution have two. */
const EVENTS_OF_A_WATCH = 2 + 3 * 5 + 3 * 2;
const EVENTS_OF_A_ROUND = 5 + 2 * 2;
const LOG_MONTHS = 3;

const ARN = 'arn:aws:states:us-east-1:123456789012:execution:flightwatch:clcpcxekt000lc9ojqtgtc26y-1';
const LOOK_BYTES =
  LINE_OVERHEAD_BYTES +
  JSON.stringify({
    timestamp: new Date(0).toISOString(),
    level: 'INFO',
    requestId: '00000000-0000-0000-0000-000000000000',
    message: lookLine('ok', ARN),
  }).length;

/** What the deployments of a month cost. @param measured of the deployed pacing, durations as they are */
export function variableItems(month: Month, measured: PacingResult, { history = true } = {}): Item[] {
  const { deployments } = month;
  const watches = measured.dollarsAt128 / 1000 - (history ? 0 : measured.dollarsOfTable / 1000);
  return [
    { what: 'watches: transitions, functions, event, table', dollars: deployments * watches },
    { what: 'starts: event, function', dollars: deployments * dollarsOfStart() },
    { what: 'metrics', dollars: dollarsOfMetrics(month) },
    { what: 'logs', dollars: deployments * dollarsOfLogs(measured) },
    { what: 'traces', dollars: deployments * TRACES * PRICES.trace },
    { what: 'notifications by e-mail', dollars: deployments * dollarsOfNotification() },
    { what: 'reading the key', dollars: deployments * SECRET_CALLS * PRICES.secretCall },
  ];
}

/**
 * Metrics are paid for by the hours in which they are written. Deployments fall on any hour alike, which costs more than
 * working hours would. Each pair of environment and outcome is a metric; a watch that failed is in one for the alarm, too.
 */
export function dollarsOfMetrics({ environments, deployments }: Month): number {
  const shares = shareOfOutcomes();
  const ofPairs = Object.values({ ...shares, WATCH_FAILED: FAILED_WATCHES }).map(
    (share) => environments * hoursWith((share * deployments) / environments),
  );
  const hours = ofPairs.reduce((total, each) => total + each, hoursWith(FAILED_WATCHES * deployments));
  return (hours / HOURS_PER_MONTH) * PRICES.metric;
}

/** In how many hours of a month one of so many samples falls, on average. */
export function hoursWith(samples: number): number {
  return HOURS_PER_MONTH * (1 - (1 - 1 / HOURS_PER_MONTH) ** samples);
}

export function dollarsOfNotification(): number {
  return PRICES.publish + EMAILS_PER_NOTIFICATION * PRICES.email;
}

export function totalOf(fixed: readonly Item[], variable: readonly Item[]): number {
  return sum(fixed) + sum(variable);
}

function shareOfOutcomes(): Record<string, number> {
  const ends = SEEDS.flatMap((seed) => simulateDeployments(1000, seed, 1)).map(
    ({ phases }) => phases.at(-1)?.status ?? '',
  );
  const share = (of: (status: string) => boolean) => ends.filter(of).length / ends.length;
  const failed = share((status) => status.endsWith('ERROR'));
  const cancelled = share((status) => status === 'CANCELLED');
  return { SUCCEEDED: 1 - failed - cancelled, FAILED: failed, CANCELLED: cancelled };
}

function dollarsOfStart(): number {
  return PRICES.event + PRICES.request + START_SECONDS * 0.125 * PRICES.gigabyteSecond;
}

function dollarsOfLogs({ looks, polls }: PacingResult): number {
  // Besides the poll function, one call starts the watch and one records its outcome.
  const functions = looks * LOOK_BYTES + (polls + 2) * CALL_LOG_BYTES;
  const stateMachine = (EVENTS_OF_A_WATCH + (polls - 1) * EVENTS_OF_A_ROUND) * STATE_EVENT_BYTES;
  const gigabytes = (functions + stateMachine) / 1e9;
  return gigabytes * (PRICES.logGigabyte + LOG_MONTHS * PRICES.logGigabyteMonth);
}
