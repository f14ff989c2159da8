import { GetExecutionHistoryCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Look } from '../watch/look';

/** The states of the watch that publish its notification begin so. */
const NOTIFY = 'Notify ';

/** More than the events of a round with all its retries. */
const LAST_EVENTS = 400;

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
  const { events = [] } = await stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: LAST_EVENTS }),
  );
  const exits = events.flatMap(({ stateExitedEventDetails }) => stateExitedEventDetails ?? []);
  return {
    look: exits.map(({ output }) => readLook(output)).find((look) => look !== undefined) ?? null,
    notified: exits.some(({ name }) => name?.startsWith(NOTIFY)),
  };
}

/** States pass on the whole round, `{"input", "execution", "look"}`. */
export function readLook(output: string | undefined): Look | undefined {
  if (output === undefined || output === '') return undefined;
  const { look } = (JSON.parse(output) ?? {}) as { look?: Look | null };
  return look ?? undefined;
}
