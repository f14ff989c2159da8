import { paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';
import type { Look } from '../watch/look';

/** The states of the watch that publish its notification begin so. */
const NOTIFY = 'Notify ';

export interface LastLook {
  /** What the last round saw, and told if it came to an end. */
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
      // The newest; a state that has published passes it on.
      if (look !== undefined) return { look, notified: exit?.name?.startsWith(NOTIFY) ?? false };
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
