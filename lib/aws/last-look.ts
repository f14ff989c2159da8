import { paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';
import { isNotifyState } from '../contract/states';
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
  for await (const { events = [] } of paginator) {
    for (const { stateExitedEventDetails: exit } of events) {
      const look = readLook(exit?.output);
      // The newest; a state that has published passes the look on.
      if (look !== undefined) return { look, notified: isNotifyState(exit?.name) };
    }
  }
  return { look: null, notified: false };
}

/** States pass on the whole round, `{"input", "execution", "look"}`. */
export function readLook(output: string | undefined): Look | undefined {
  if (output === undefined || output === '') return undefined;
  const { look } = (JSON.parse(output) ?? {}) as { look?: Look | null };
  return look ?? undefined;
}
