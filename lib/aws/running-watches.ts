import { type ExecutionListItem, paginateListExecutions, type SFNClient } from '@aws-sdk/client-sfn';
import type { Look } from '../watch/look';
import { readLastLook } from './last-look';

/** A watch that has not told anybody yet how it ended. */
export interface RunningWatch {
  readonly executionArn: string;
  readonly deploymentId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Null until it has looked. */
  readonly look: Look | null;
}

export interface RunningWatches {
  readonly watches: readonly RunningWatch[];
  /** False if there are older ones. */
  readonly isComplete: boolean;
}

/** What one call lists. */
const MAX_WATCHES = 100;

/** The histories that are read at the same time. */
const MAX_CALLS = 20;

/**
 * Lists the running watches, the newest first, each with its last look: one call, and one for each watch.
 *
 * @throws what the AWS SDK throws
 */
export async function listRunningWatches(stepFunctions: SFNClient, stateMachineArn: string): Promise<RunningWatches> {
  const query = { stateMachineArn, statusFilter: 'RUNNING', maxResults: MAX_WATCHES } as const;
  const found: ExecutionListItem[] = [];
  let isComplete = true;
  for await (const { executions = [], nextToken } of paginateListExecutions({ client: stepFunctions }, query)) {
    found.push(...executions);
    isComplete = nextToken === undefined && found.length <= MAX_WATCHES;
    // A page may hold fewer than were asked for.
    if (found.length >= MAX_WATCHES) break;
  }
  return { watches: await readWatches(stepFunctions, found.slice(0, MAX_WATCHES)), isComplete };
}

async function readWatches(
  stepFunctions: SFNClient,
  executions: readonly ExecutionListItem[],
): Promise<RunningWatch[]> {
  const watches: RunningWatch[] = [];
  for (let from = 0; from < executions.length; from += MAX_CALLS) {
    const some = executions.slice(from, from + MAX_CALLS);
    watches.push(...(await Promise.all(some.map((execution) => readWatch(stepFunctions, execution)))).flat());
  }
  return watches;
}

/** @returns one watch, or none if it has ended since it was listed */
async function readWatch(
  stepFunctions: SFNClient,
  { executionArn = '', name = '', startDate = new Date() }: ExecutionListItem,
): Promise<RunningWatch[]> {
  const { look, notified } = await readLastLook(stepFunctions, executionArn);
  if (notified) return [];
  // The name counts the watches of the deployment; a person may have chosen another.
  const deploymentId = look?.plain?.record.deploymentId ?? name.replace(/-\d+$/, '');
  return [{ executionArn, deploymentId, startedAt: startDate.toISOString(), look }];
}
