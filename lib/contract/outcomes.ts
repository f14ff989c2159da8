/** How a watch can end. Source: the README, "Outcomes". */
export const OUTCOMES = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'WATCH_FAILED'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The outcomes that settle how a deployment ended. */
export const VERDICTS = ['SUCCEEDED', 'FAILED', 'CANCELLED'] as const satisfies readonly Outcome[];

/** The value that sends the state machine round once more. */
export const IN_PROGRESS = 'IN_PROGRESS';
export type Verdict = (typeof VERDICTS)[number];
