import { DescribeExecutionCommand, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { ERROR_OF_OUTCOME, NOTIFICATION_FAILED } from '../contract/errors';
import { OUTCOMES, type Outcome } from '../contract/outcomes';

/** A watch, running or ended. */
export interface RecentWatch {
  readonly executionArn: string;
  readonly deploymentId: string;
  readonly startedAt: Date;
  /** `unpublished`: its notification could not be published. `broken`: none of its own ends. */
  readonly end: Outcome | 'running' | 'aborted' | 'unpublished' | 'broken';
  /** Why, if it did not succeed. */
  readonly cause?: string | undefined;
}

/**
 * The last watches, the newest first.
 *
 * @throws what the AWS SDK throws
 */
export async function listRecentWatches(
  stepFunctions: SFNClient,
  stateMachineArn: string,
  maxResults: number,
): Promise<RecentWatch[]> {
  const list = new ListExecutionsCommand({ stateMachineArn, maxResults });
  const { executions = [] } = await stepFunctions.send(list);
  return Promise.all(
    executions.map(async ({ executionArn = '', name = '', startDate = new Date(0) }) => {
      const { status, error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      // The name counts the watches of the deployment.
      const deploymentId = name.replace(/-\d+$/, '');
      return { executionArn, deploymentId, startedAt: startDate, end: endOf(status, error), cause };
    }),
  );
}

function endOf(status: string | undefined, error: string | undefined): RecentWatch['end'] {
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'running';
  if (status === 'SUCCEEDED') return 'SUCCEEDED';
  if (status === 'ABORTED') return 'aborted';
  if (error === NOTIFICATION_FAILED) return 'unpublished';
  return OUTCOMES.find((outcome) => outcome !== 'SUCCEEDED' && ERROR_OF_OUTCOME[outcome] === error) ?? 'broken';
}
