import type { DescribeExecutionCommandOutput, SFNClient } from '@aws-sdk/client-sfn';
import { verdictOf } from '../contract/errors';
import { UNSUCCESSFUL_STATUSES } from '../contract/events';
import { type Outcome, VERDICTS } from '../contract/outcomes';
import { isBroken } from '../watch/broken-watch';
import { readLastLook } from './last-look';

/**
 * The verdict that a watch has brought; such a deployment is not watched again. A watch that found its verdict and was
 * aborted before it could publish has brought it, too: the watchdog publishes it.
 *
 * @throws what the AWS SDK throws
 */
export async function readVerdict(
  stepFunctions: SFNClient,
  executionArn: string,
  execution: Pick<DescribeExecutionCommandOutput, 'status' | 'error'>,
): Promise<Outcome | undefined> {
  const status = UNSUCCESSFUL_STATUSES.find((known) => known === execution.status);
  if (status === undefined || !isBroken({ status, error: execution.error })) return verdictOf(execution);
  const { look } = await readLastLook(stepFunctions, executionArn);
  return VERDICTS.find((verdict) => verdict === look?.notification?.record.outcome);
}
