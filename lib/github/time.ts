import { setTimeout as sleep } from 'node:timers/promises';

/** Injected, so that tests do not wait. */
export interface Time {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

export const REAL_TIME: Time = { now: Date.now, sleep };

interface Limits {
  readonly everySeconds: number;
  readonly forSeconds: number;
}

/** Asks until there is an answer. @returns undefined if there is none in time */
export async function askUntilAnswered<T>(
  ask: () => Promise<T | undefined>,
  { everySeconds, forSeconds }: Limits,
  { now, sleep }: Time,
): Promise<T | undefined> {
  const end = now() + forSeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || now() >= end) return answer;
    await sleep(everySeconds * 1000);
  }
}
