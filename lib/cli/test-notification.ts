import { setTimeout as sleep } from 'node:timers/promises';
import { readDefinition } from '../aws/deployed-settings';
import { startTestReport, type TestReport, type TestResult, waitForTestReport } from '../aws/test-report';
import type { Outcome } from '../contract/outcomes';
import { linkExecution } from '../notification/links';
import { withoutUndefined } from '../objects';
import { asUsageError, describeAwsError, UnknownOutcomeError } from './errors';
import { setInterruptMessage } from './interrupt';
import { findReportMachine } from './report-machine';
import { findStateMachine, type StateMachine } from './state-machine';
import { describeSubscribers, listTopicSubscribers, type TopicSubscriber } from './subscribers';
import type { Terminal } from './terminal';

export interface TestNotificationOptions {
  readonly stateMachineArn?: string | undefined;
  /** @default - `FAILED`, which every value of notifyOn lets pass */
  readonly outcome?: readonly Outcome[] | undefined;
  readonly json?: boolean | undefined;
}

type SentTest = TestReport & TestResult;

/** Publishing takes about a second. What takes longer is being retried. */
const MAX_SECONDS = 60;

/**
 * Sends a test notification of each outcome asked for, and says who is subscribed.
 *
 * @returns the exit status: 1 if one could not be published, 3 if that is not known yet
 * @throws UsageError, UnknownOutcomeError
 */
export async function runTestNotification(options: TestNotificationOptions, terminal: Terminal): Promise<number> {
  setInterruptMessage('Interrupted. Nothing was sent.', terminal);
  const stateMachine = await findStateMachine(options.stateMachineArn, terminal);
  const { topicArn } = await asUsageError(() => readDefinition(stateMachine.stepFunctions, stateMachine.arn));
  const reports = await findReportMachine(stateMachine);
  setInterruptMessage('Interrupted. Test notifications may have been sent.', terminal);
  terminal.goOnUnread();
  const outcomes = [...new Set(options.outcome ?? (['FAILED'] as const))];
  const sent = await Promise.all(outcomes.map((outcome) => send(outcome, stateMachine, reports)));
  if (!options.json) for (const test of sent) terminal.out(describeTest(test));

  const subscribers = topicArn === undefined ? undefined : await listSubscribers(topicArn, stateMachine, terminal);
  if (options.json) terminal.json(toJson(sent, topicArn, subscribers));
  else if (topicArn !== undefined && subscribers !== undefined) {
    for (const line of describeSubscribers(topicArn, subscribers)) terminal.out(line);
  }
  if (sent.some(({ status }) => status === 'failed')) return 1;
  return sent.some(({ status }) => status === 'pending') ? 3 : 0;
}

async function send(outcome: Outcome, { stepFunctions }: StateMachine, reports: string): Promise<SentTest> {
  const report = await asUsageError(() => startTestReport(stepFunctions, reports, outcome, new Date()));
  const { executionArn } = report;
  try {
    const waiting = { now: Date.now, sleep, seconds: MAX_SECONDS };
    return { ...report, ...(await waitForTestReport(stepFunctions, executionArn, waiting)) };
  } catch (error) {
    throw new UnknownOutcomeError(`${report.subject} may have been published: ${describeAwsError(error)}`, {
      cause: error,
    });
  }
}

/** What was sent is sent. */
async function listSubscribers(
  topicArn: string,
  { stepFunctions }: StateMachine,
  terminal: Terminal,
): Promise<readonly TopicSubscriber[] | undefined> {
  try {
    return await listTopicSubscribers(topicArn, stepFunctions.config.region);
  } catch (error) {
    terminal.err(
      `The subscribers are not shown: ${describeAwsError(error)} They need sns:ListSubscriptionsByTopic and sns:GetSubscriptionAttributes.`,
    );
    return undefined;
  }
}

function describeTest({ subject, status, problem, executionArn }: SentTest): string {
  const link = linkExecution(executionArn) ?? executionArn;
  const why = problem === undefined ? '' : ` (${problem})`;
  if (status === 'published') return `Published: "${subject}": ${link}`;
  if (status === 'failed') return `Not published: "${subject}"${why}: ${link}`;
  return `Not published after ${MAX_SECONDS} s: "${subject}"${why}. Step Functions goes on trying: ${link}`;
}

function toJson(
  sent: readonly SentTest[],
  topicArn: string | undefined,
  subscriptions: readonly TopicSubscriber[] | undefined,
): object {
  const notifications = sent.map(({ outcome, status, problem, executionArn }) =>
    withoutUndefined({ outcome, status: status.toUpperCase(), problem, executionArn }),
  );
  return withoutUndefined({ notifications, topicArn, subscriptions });
}
