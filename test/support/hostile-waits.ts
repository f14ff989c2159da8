import type { Pacing } from '../../lib/contract/pacing';
import { retryAfterOf } from './hostile-api';
import type { FoundLook } from './hostile-function';
import { keptLooks, limitOf, patienceOf } from './hostile-model';
import { HISTORY_FAULT } from './hostile-story';
import type { Played } from './hostile-world';

/** Waits that are longer or shorter than promised, and outages that were watched for too long. */
export function findBadWaits(played: Played): string[] {
  return [...findBadGaps(played), ...findLateVerdict(played), ...findEndlessPatience(played)];
}

/** Two looks, and no call in between that failed: a retry knows nothing of the wait that was cut short. */
function pairsOf({ looks, attempts }: Played): [FoundLook, FoundLook][] {
  const failures = attempts.filter(({ error }) => error !== undefined);
  const pairs = looks.slice(1).map((next, index): [FoundLook, FoundLook] => [looks[index] as FoundLook, next]);
  return pairs.filter(([look, next]) => !failures.some(({ to }) => to >= look.from && to <= next.from));
}

/** A verdict comes as late as the longest gap between two looks. */
function findBadGaps(played: Played): string[] {
  return pairsOf(played).flatMap(([look, next]) => {
    const gap = next.from - look.to;
    const isAtLimit = Math.abs(next.from - limitOf(played)) <= 1;
    const tooLong = gap > longestWait(look, played);
    const tooShort = gap < retryAfterOf(look.fault) - 0.5 && !isAtLimit;
    return tooLong || tooShort ? [`after ${look.fault ?? look.status} at ${look.to} a wait of ${gap} s`] : [];
  });
}

const PHASES: Readonly<Record<string, keyof Pacing>> = {
  PENDING: 'pendingSeconds',
  INPROGRESS: 'preparingSeconds',
  BUILDING: 'buildingSeconds',
};

/** Old watches look less often. */
const SHARE_OF_AGE = 0.003;

/** Without lingering, and spread. */
const STRETCH = 1.3 * 1.2;
const ROUNDING = 0.5;

export const LONGEST_BACKOFF_SECONDS = 60;

/** The pacing, or the longest delay of the backoff; longer only as a 429 asks. */
function longestWait({ fault, status, to }: FoundLook, { story: { pacing } }: Played): number {
  const aged = SHARE_OF_AGE * to;
  if (fault === undefined) {
    const interval = pacing[PHASES[status ?? ''] ?? 'deployingSeconds'];
    return Math.max(interval, aged) * STRETCH + ROUNDING;
  }
  if (!fault.startsWith('429')) return LONGEST_BACKOFF_SECONDS + ROUNDING;
  const longestInterval = Math.max(5, ...Object.values({ ...pacing, lingerSeconds: 0 }));
  return Math.max(300, longestInterval, aged, retryAfterOf(fault)) * 1.2 + 2 * ROUNDING;
}

/** A verdict that was found is told at once; a history that cannot be read delays it by two seconds at most. */
function findLateVerdict(played: Played): string[] {
  const { execution, publishedAt, toldAfterSeconds, records, story } = played;
  const isHistoryBroken = story.faults.some(({ fault }) => fault === HISTORY_FAULT);
  const last = keptLooks(played).at(-1);
  const isVerdict = last?.status !== undefined && records[0]?.outcome !== 'WATCH_FAILED';
  if (!isVerdict || execution.status === 'ABORTED') return [];
  const late = (publishedAt[0] ?? 0) - last.to - toldAfterSeconds;
  return late <= (isHistoryBroken ? 2 : 1) ? [] : [`the verdict was told ${late} s after it was found`];
}

/** A lasting outage ends a watch no later than at the first look after its patience is over. */
function findEndlessPatience(played: Played): string[] {
  const looks = keptLooks(played);
  const broken: string[] = [];
  let outage: FoundLook[] = [];
  let answered = false;
  for (const [index, look] of looks.entries()) {
    const isAlive = look.fault === undefined || look.fault.startsWith('429');
    outage = isAlive || isAfterFailure(look, played) ? [] : [...outage, look];
    answered ||= look.status !== undefined;
    if (index < looks.length - 1 && isOverdue(outage, look, answered))
      broken.push(`went on after an outage at ${look.to}`);
  }
  return broken;
}

/** What a call remembers is lost when it fails. */
function isAfterFailure({ attempt }: FoundLook, { attempts }: Played): boolean {
  return attempts[attempts.indexOf(attempt) - 1]?.error !== undefined;
}

function isOverdue(outage: readonly FoundLook[], { fault, to }: FoundLook, answered: boolean): boolean {
  const [first] = outage;
  if (first === undefined || fault === undefined) return false;
  const patience = patienceOf(fault);
  const firstOfKind = outage.find((look) => look.fault !== undefined && patienceOf(look.fault) === patience) ?? first;
  return to - firstOfKind.to >= 60 * (answered ? patience.later : patience.atFirst) || to - first.to >= 600;
}
