import type { Outcome } from '../../lib/contract/outcomes';
import { stageOf } from '../../lib/flightcontrol/statuses';
import type { FoundLook } from './hostile-function';
import type { ApiFault, SecretFault } from './hostile-story';
import type { Played } from './hostile-world';

/** What is promised of an outage: how many minutes without a usable answer it takes at least to end a watch. */
interface Patience {
  readonly atFirst: number;
  /** After a usable answer. */
  readonly later: number;
}

const UNAVAILABLE: Patience = { atFirst: 10, later: 10 };
const NOT_UNDERSTOOD: Patience = { atFirst: 5, later: 5 };
const REFUSED: Patience = { atFirst: 0, later: 10 };
/** An API that asks to be left alone is alive. */
const ENDLESS: Patience = { atFirst: Number.POSITIVE_INFINITY, later: Number.POSITIVE_INFINITY };

const PATIENCE_MINUTES: Readonly<Record<ApiFault | SecretFault, Patience>> = {
  '500': UNAVAILABLE,
  '502 in HTML': UNAVAILABLE,
  reset: UNAVAILABLE,
  'time-out': UNAVAILABLE,
  trickle: UNAVAILABLE,
  // A body that is cut is a connection that broke.
  'cut body': UNAVAILABLE,
  'HTML with 200': NOT_UNDERSTOOD,
  'other deployment': NOT_UNDERSTOOD,
  'no status': NOT_UNDERSTOOD,
  '404': { atFirst: 1, later: 10 },
  '401': REFUSED,
  '403': REFUSED,
  '429': ENDLESS,
  '429 for 1 s': ENDLESS,
  '429 for 50 s': ENDLESS,
  '429 for an hour': ENDLESS,
  'secret unavailable': UNAVAILABLE,
  'secret unusable': REFUSED,
};

const OUTCOME_OF_STAGE = { success: 'SUCCEEDED', cancelled: 'CANCELLED', failure: 'FAILED' } as const;

/** The model: the one outcome that is true, given what the looks really found; undefined if the watch ended too early. */
export function trueOutcome(played: Played): Outcome | undefined {
  const last = keptLooks(played).at(-1);
  const stage = stageOf(last?.status ?? '');
  if (stage !== 'in progress') return OUTCOME_OF_STAGE[stage];
  if (last !== undefined && last.to >= limitOf(played)) return last.fault === undefined ? 'TIMED_OUT' : 'WATCH_FAILED';
  const isLost = played.execution.status === 'ABORTED' || hasFunctionGivenUp(played) || isPatienceOver(played, last);
  return isLost ? 'WATCH_FAILED' : undefined;
}

/** Counted from the last usable answer, or from the start. */
function isPatienceOver(played: Played, last: FoundLook | undefined): boolean {
  if (last?.fault === undefined) return false;
  const { atFirst, later } = PATIENCE_MINUTES[last.fault];
  return last.to - lastUsableAt(played) >= 60 * (hasAnswered(played) ? later : atFirst);
}

/** A single call that fails is retried. */
function hasFunctionGivenUp({ attempts }: Played): boolean {
  const explanation = attempts.findIndex(({ explains }) => explains);
  return explanation >= 2 && attempts.slice(explanation - 2, explanation).every(({ error }) => error !== undefined);
}

/** Whether the watch knows of a usable answer. */
export function hasAnswered(played: Played): boolean {
  return keptLooks(played).some(({ status }) => status !== undefined);
}

/**
 * When there was a usable answer last that the watch knows of, or would know of if a call had returned it instead of
 * looking on; 0 if there was none. What a call that was killed found last is beyond anybody's knowledge.
 */
export function lastUsableAt(played: Played): number {
  const kept = new Set(keptLooks(played));
  const usable = played.looks.filter((look, index, looks) => {
    const hasLookedOn = looks[index + 1]?.attempt === look.attempt;
    return look.status !== undefined && look.to <= played.endedAt && (hasLookedOn || kept.has(look));
  });
  return usable.at(-1)?.to ?? 0;
}

/** The looks that the watch knows of: what a killed call found is lost, and what came back to an aborted execution. */
export function keptLooks({ looks, attempts, rounds }: Played): FoundLook[] {
  const returned = attempts.filter(({ error }) => error === undefined).slice(0, rounds.length);
  return looks.filter(({ attempt }) => returned.includes(attempt));
}

/** In seconds. */
export function limitOf({ story }: Played): number {
  return story.timeoutMinutes * 60;
}

export function patienceOf(fault: ApiFault | SecretFault): Patience {
  return PATIENCE_MINUTES[fault];
}
