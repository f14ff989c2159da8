import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { readLastLook } from '../lib/aws/last-look';
import { startExecution } from '../lib/aws/start-watch';
import { REPORT_ENVIRONMENT } from '../lib/contract/names';
import { type ClosedExecution, isBroken, reportBrokenWatch } from '../lib/watch/broken-watch';

/** Source: Step Functions docs, Events sent to EventBridge. It may come late, twice, or twice at the same time. */
export interface ExecutionStatusChange {
  readonly detail: Omit<ClosedExecution, 'status'> & {
    readonly executionArn: string;
    readonly stateMachineArn: string;
    readonly name: string;
    readonly status: string;
    /** Milliseconds since 1970. */
    readonly startDate: number;
    readonly stopDate?: number | null;
    /** JSON; dropped if it is large. */
    readonly input?: string | null;
  };
}

const stepFunctions = new SFNClient({
  maxAttempts: 5,
  requestHandler: { requestTimeout: 5_000, connectionTimeout: 2_000, throwOnRequestTimeout: true },
});

/**
 * Lambda's entry. Reports a watch that closed without a word, once: the report is an execution with the name of the
 * watch's, and Step Functions lets one of a name exist. What is thrown is tried again by Lambda, and then put into the
 * dead-letter queue.
 */
export async function handler({ detail }: ExecutionStatusChange): Promise<void> {
  const { executionArn, stateMachineArn, name, startDate, stopDate } = detail;
  const closed = readClosed(detail);
  if (stateMachineArn !== process.env[REPORT_ENVIRONMENT.watchStateMachineArn]) return;
  if (closed === undefined || !isBroken(closed)) return;

  const { look, notified } = await readLastLook(stepFunctions, executionArn);
  if (notified) return;
  const notification = reportBrokenWatch({
    ...closed,
    executionArn,
    input: parse(detail.input ?? (await readInput(executionArn))),
    startedAt: new Date(startDate),
    endedAt: new Date(stopDate ?? Date.now()),
    look,
  });
  const reporter = process.env[REPORT_ENVIRONMENT.reportStateMachineArn] ?? '';
  const reported = await startExecution(stepFunctions, reporter, name, JSON.stringify({ look: { notification } }));
  console.warn({ message: reported ? 'reported' : 'reported before', executionArn, status: closed.status });
}

function readClosed({ status, error, cause }: ExecutionStatusChange['detail']): ClosedExecution | undefined {
  return status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED' ? { status, error, cause } : undefined;
}

async function readInput(executionArn: string): Promise<string | undefined> {
  const { input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return input;
}

/** Step Functions takes nothing but JSON. */
function parse(input: string | undefined): unknown {
  return input === undefined ? undefined : JSON.parse(input);
}
