import { paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';
import { isLookState, isNotifyState } from '../contract/state-kinds';
import type { Look } from '../watch/look';

export interface LastLook {
  /** What the last round saw, with its notification if the watch found an outcome. */
  readonly look: Look | null;
  /** True if the notification was published. */
  readonly notified: boolean;
}

/**
 * Reads the end of an execution's history.
 *
 * @throws what the AWS SDK throws
 */
export async function readLastLook(stepFunctions: SFNClient, executionArn: string): Promise<LastLook> {
  const paginator = paginateGetExecutionHistory({ client: stepFunctions }, { executionArn, reverseOrder: true });
  let look: Look | undefined;
  for await (const { events = [] } of paginator) {
    for (const { stateExitedEventDetails: exit } of events) {
      look ??= readLook(exit?.output);
      // The newest first: a state behind the one that has looked or published passes the look on.
      const notified = isNotifyState(exit?.name);
      if (notified || isLookState(exit?.name)) return { look: look ?? null, notified };
    }
  }
  return { look: look ?? null, notified: false };
}

/** States pass on the whole round, `{"input", "execution", "look"}`. */
export function readLook(output: string | undefined): Look | undefined {
  if (output === undefined || output === '') return undefined;
  const { look } = (JSON.parse(output) ?? {}) as { look?: Look | null };
  return look ? completeLook(look) : undefined;
}

/** The fields that looks of earlier versions lack. */
const ADDED_FIELDS: Pick<Look, 'phases' | 'outage' | 'plain' | 'usualSeconds' | 'usualAsked'> = {
  phases: [],
  outage: null,
  plain: null,
  usualSeconds: null,
  usualAsked: false,
};

/** A watch that an earlier version started still runs that version's code, and its looks have that version's shape. */
export function completeLook(look: Look): Look {
  return { ...ADDED_FIELDS, ...look };
}
