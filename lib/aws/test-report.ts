import { randomBytes } from 'node:crypto';
import { GetExecutionHistoryCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { UNSUCCESSFUL_STATUSES } from '../contract/events';
import { executionArn } from '../contract/execution-name';
import type { Outcome } from '../contract/outcomes';
import { makeTestNotification } from '../notification/test-notification';
import { cutMiddle, oneLine } from '../text';
import { describeTaskFailure } from '../watch/follower';
import { describeExecution, startExecution } from './start-watch';

/** An execution of the report state machine that publishes a test notification. */
export interface TestReport {
  readonly outcome: Outcome;
  readonly executionArn: string;
  readonly subject: string;
}

/** `pending`: it has not ended in time, and goes on trying. */
export interface TestResult {
  readonly status: 'published' | 'failed' | 'pending';
  /** What SNS answered last, if it is known. */
  readonly problem?: string | undefined;
}

export interface Waiting {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly seconds: number;
}

const MAX_PROBLEM_CHARACTERS = 500;

/**
 * Has the report state machine publish a test notification, as it publishes the reports of the watchdog: with its role,
 * to its topic. No watch has such a name.
 *
 * @throws what the AWS SDK throws
 */
export async function startTestReport(
  stepFunctions: SFNClient,
  reportStateMachineArn: string,
  outcome: Outcome,
  now: Date,
): Promise<TestReport> {
  const name = `test-${randomBytes(8).toString('hex')}`;
  const arn = executionArn(reportStateMachineArn, name);
  const notification = makeTestNotification(outcome, { deploymentId: name, executionArn: arn, now });
  await startExecution(stepFunctions, reportStateMachineArn, name, JSON.stringify({ look: { notification } }));
  return { outcome, executionArn: arn, subject: notification.subject };
}

/**
 * Waits for the end of the execution, but not for all its retries.
 *
 * @throws what the AWS SDK throws
 */
export async function waitForTestReport(
  stepFunctions: SFNClient,
  executionArn: string,
  { now, sleep, seconds }: Waiting,
): Promise<TestResult> {
  for (const until = now() + seconds * 1000; ; ) {
    const execution = await describeExecution(stepFunctions, executionArn);
    if (execution?.status === 'SUCCEEDED') return { status: 'published' };
    const hasFailed = UNSUCCESSFUL_STATUSES.some((status) => status === execution?.status);
    if (hasFailed || now() >= until) {
      const problem = await readProblem(stepFunctions, executionArn);
      return { status: hasFailed ? 'failed' : 'pending', problem };
    }
    await sleep(1000);
  }
}

/** Without the permission to read it, the console still shows it. */
async function readProblem(stepFunctions: SFNClient, executionArn: string): Promise<string | undefined> {
  try {
    const command = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true });
    const { events = [] } = await stepFunctions.send(command);
    const failure = events.find(({ taskFailedEventDetails }) => taskFailedEventDetails)?.taskFailedEventDetails;
    return failure && cutMiddle(oneLine(describeTaskFailure(failure.error, failure.cause)), MAX_PROBLEM_CHARACTERS);
  } catch {
    return undefined;
  }
}
