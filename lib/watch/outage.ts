/** What can keep a look from seeing the deployment. */
export type ProblemKind =
  | 'key unusable'
  | 'secret unavailable'
  | 'key refused'
  | 'not found'
  | 'throttled'
  | 'unavailable'
  | 'not understood';

/** A period without a usable answer. It begins with the first look that got none, and ends with a usable answer. */
export interface Outage {
  /** ISO 8601. */
  readonly since: string;
  /** How many looks in a row got no usable answer. */
  readonly looks: number;
  /** When each kind of problem was first seen in this outage. ISO 8601. */
  readonly kinds: Readonly<Partial<Record<ProblemKind, string>>>;
}

/** No outage that lasts longer is tolerated, whatever its kinds. */
const LONGEST_SECONDS = 10 * 60;

/** Before the first usable answer. A deployment may be unknown for a moment after its hook has answered. */
const PATIENCE_AT_FIRST: Readonly<Record<Exclude<ProblemKind, 'throttled'>, number>> = {
  'key unusable': 0,
  'key refused': 0,
  'not found': 60,
  'not understood': 5 * 60,
  unavailable: LONGEST_SECONDS,
  'secret unavailable': LONGEST_SECONDS,
};

/** After it, the key and the id are known to be right. */
const PATIENCE_LATER: typeof PATIENCE_AT_FIRST = {
  ...PATIENCE_AT_FIRST,
  'key unusable': LONGEST_SECONDS,
  'key refused': LONGEST_SECONDS,
  'not found': LONGEST_SECONDS,
};

/** The outage after another look without a usable answer. */
export function continueOutage(previous: Outage | null, kind: ProblemKind, now: Date): Outage {
  const at = now.toISOString();
  const looks = (previous?.looks ?? 0) + 1;
  // An API that throttles is alive, and it asked to be left alone: patience starts afresh.
  const isNew = previous === null || kind === 'throttled';
  const { since, kinds } = isNew ? { since: at, kinds: {} } : previous;
  return { since, looks, kinds: { [kind]: at, ...kinds } };
}

/** Whether an outage has lasted too long. @param answered whether there was a usable answer before it */
export function isPatienceOver({ since, kinds }: Outage, kind: ProblemKind, answered: boolean, now: Date): boolean {
  if (kind === 'throttled') return false;
  const patience = (answered ? PATIENCE_LATER : PATIENCE_AT_FIRST)[kind];
  return secondsSince(kinds[kind] ?? since, now) >= patience || secondsSince(since, now) >= LONGEST_SECONDS;
}

/** Whole minutes without a usable answer, rounded down so that a sentence with them is true. */
export function minutesOf({ since }: Outage, now: Date): number {
  return Math.floor(secondsSince(since, now) / 60);
}

function secondsSince(iso: string, now: Date): number {
  return (now.getTime() - Date.parse(iso)) / 1000;
}

/** Whether an outage has just begun, or has shown another kind of problem. */
export function isNewProblem(outage: Outage | null, previous: Outage | null): boolean {
  return (
    outage !== null && Object.keys(outage.kinds).some((kind) => !Object.keys(previous?.kinds ?? {}).includes(kind))
  );
}
