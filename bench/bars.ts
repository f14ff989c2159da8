import { FUNCTIONS } from '../lib/contract/functions';
import type { CostResult } from './costs';
import { type PacingResult, WITHOUT_HISTORY } from './pacing';
import type { ScaleResult } from './scale';
import type { BundleResult, CommandResult } from './start-up';

/** What the benchmark holds the project to. */
export interface Bar {
  readonly what: string;
  readonly measured: number;
  readonly limit: number;
  readonly holds: boolean;
}

const DEFAULT = 'Flightwatch';
const LINGER_OFF = 'Flightwatch, linger off';
const FIXED = 'fixed 10 s (a Go tool for this API)';

export function judgePacing(results: readonly PacingResult[]): Bar[] {
  const at = (policy: string, scale: number) => {
    const result = results.find((candidate) => candidate.policy === policy && candidate.scale === scale);
    if (result === undefined) throw new Error(`${policy} was not measured at ${scale}`);
    return result;
  };
  const ratio = (policy: string, scale: number, of: Exclude<keyof PacingResult, 'policy'>) =>
    at(policy, scale)[of] / at(FIXED, scale)[of];
  return [
    atMost('cost against a fixed 10 s', ratio(DEFAULT, 1, 'dollarsAt128'), 0.4),
    atMost('mean delay against a fixed 10 s', ratio(DEFAULT, 1, 'meanDelaySeconds'), 0.65),
    atMost('looks against a fixed 10 s', ratio(DEFAULT, 1, 'looks'), 1.2),
    atMost('cost at 256 MB against a fixed 10 s', ratio(DEFAULT, 1, 'dollarsAt256'), 1),
    ...[0.25, 4].flatMap((scale) => [
      atMost(`cost, durations times ${scale}`, ratio(DEFAULT, scale, 'dollarsAt128'), 1),
      atMost(`cost at 256 MB, durations times ${scale}`, ratio(DEFAULT, scale, 'dollarsAt256'), 1),
      atMost(`mean delay, durations times ${scale}`, ratio(DEFAULT, scale, 'meanDelaySeconds'), 1),
    ]),
    atMost(
      'cost of history and event, against none',
      at(DEFAULT, 1).dollarsAt128 / at(WITHOUT_HISTORY, 1).dollarsAt128,
      1.06,
    ),
    atMost('cost with linger off', ratio(LINGER_OFF, 1, 'dollarsAt128'), 1),
    atMost('mean delay with linger off', ratio(LINGER_OFF, 1, 'meanDelaySeconds'), 1),
    atMost('looks with linger off', ratio(LINGER_OFF, 1, 'looks'), 1),
  ];
}

export function judgeStartUp(bundles: readonly BundleResult[] = [], command?: CommandResult): Bar[] {
  const functions = bundles.filter(({ bundle }) => bundle !== 'empty' && bundle !== 'bare client');
  return [
    ...functions.flatMap(({ bundle, bytes, ratio }) => [
      atMost(`bundle of ${bundle}, KiB`, bytes / 1024, bundle === FUNCTIONS.poll ? 390 : 480),
      atMost(`load time of ${bundle} against the bare client`, ratio, 1.15),
    ]),
    ...(command ? [atMost('--help beside Node.js, ms', command.helpMilliseconds - command.nodeMilliseconds, 150)] : []),
  ];
}

export function judgeScale({ lost, kilobytesPerWatch }: ScaleResult): Bar[] {
  return [
    atMost('watches without exactly one notification', lost, 0),
    atMost('memory of a watch, KB', kilobytesPerWatch, 100),
  ];
}

export function judgeCosts({ bareFixed, dollars }: Pick<CostResult, 'bareFixed' | 'dollars'>): Bar[] {
  return [
    atMost('a month without deployments, everything optional off, $', bareFixed, 0.5),
    atMost('a month with 500 deployments of two environments, $', dollars, 1.75),
  ];
}

function atMost(what: string, measured: number, limit: number): Bar {
  return { what, measured, limit, holds: measured <= limit };
}
