import { everyOf } from './every-of';

/**
 * How a watch ended. `SUCCEEDED`, `FAILED` and `CANCELLED` say how the deployment finished. `TIMED_OUT`: it was still in
 * progress when the time of the watch was up. `WATCH_FAILED`: the watch could not find out.
 */
export type Outcome = 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT' | 'WATCH_FAILED';
/** Source: docs/watches.md, "Outcomes". */
export const OUTCOMES = everyOf<Outcome>()(['SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'WATCH_FAILED']);

/** An outcome that says how the deployment finished. */
export type Verdict = 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
export const VERDICTS = everyOf<Verdict>()(['SUCCEEDED', 'FAILED', 'CANCELLED']) satisfies readonly Outcome[];

/** The value that sends the state machine round once more. */
export const IN_PROGRESS = 'IN_PROGRESS';
