import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  paginateListExecutions,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { UNSUCCESSFUL_STATUSES, type UnsuccessfulStatus } from '../contract/events';
import { executionArn } from '../contract/execution-name';
import { LONGEST_WATCH_MINUTES } from '../contract/time-limit';
import { messageOf } from '../text';
import type { ExecutionStatusChange } from './execution-status-change';
import { type Report, reportIfBroken, type StateMachines } from './report-broken-watch';

/** A sweep comes every hour. So each watch is in three of them: ListExecutions lags behind, and a sweep may fail. */
const WINDOW_MINUTES = 3 * 60;

/** A watch that could not be checked. */
interface Failure {
  readonly arn: string;
  readonly error: unknown;
}

/**
 * Reports the watches that ended lately without a notification and whose events were lost, since Step Functions sends
 * those on a best-effort basis. Source: Step Functions docs, Events sent to EventBridge.
 *
 * @param onReport called with each report that was missing
 * @throws what the AWS SDK throws; what it throws for one watch, after all the others have been checked
 */
export async function sweepWatches(
  stepFunctions: SFNClient,
  stateMachines: StateMachines,
  now: Date,
  onReport: (report: Report) => void,
): Promise<void> {
  const ended = await listEnded(stepFunctions, stateMachines.watchStateMachineArn, now);
  const failures: Failure[] = [];
  for (const arn of ended) {
    try {
      const report = await reportIfBroken(stepFunctions, await describe(stepFunctions, arn), stateMachines);
      if (report?.message === 'reported') onReport(report);
      if (report?.message === 'already reported') await checkPublished(stepFunctions, stateMachines, report.name);
    } catch (error) {
      failures.push({ arn, error });
    }
  }
  throwFirst(failures, ended.length);
}

/** The ARNs of the executions that ended unsuccessfully within the window. */
async function listEnded(stepFunctions: SFNClient, stateMachineArn: string, now: Date): Promise<string[]> {
  const since = minutesBefore(now, WINDOW_MINUTES);
  const ended: ExecutionListItem[] = [];
  for (const status of UNSUCCESSFUL_STATUSES) {
    ended.push(...(await listBackTo(since, stepFunctions, stateMachineArn, status)));
  }
  return ended.filter(({ stopDate = now }) => stopDate >= since).map(({ executionArn = '' }) => executionArn);
}

/**
 * Reads pages until none of the following can hold an execution that ended since then. That is right for both orders:
 * by stop date, as the API documents it for executions that have ended, and by start date.
 */
async function listBackTo(
  since: Date,
  stepFunctions: SFNClient,
  stateMachineArn: string,
  statusFilter: UnsuccessfulStatus,
): Promise<ExecutionListItem[]> {
  const earliestStart = minutesBefore(since, LONGEST_WATCH_MINUTES);
  const found: ExecutionListItem[] = [];
  const request = { stateMachineArn, statusFilter, maxResults: 1000 };
  for await (const { executions = [] } of paginateListExecutions({ client: stepFunctions }, request)) {
    found.push(...executions);
    if (executions.some(({ startDate = since }) => startDate < earliestStart)) break;
  }
  return found;
}

/** The event that was lost. */
async function describe(stepFunctions: SFNClient, executionArn: string): Promise<ExecutionStatusChange> {
  const execution = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const { stateMachineArn = '', name = '', status = '', error = null, cause = null, input = null } = execution;
  const startDate = execution.startDate?.getTime() ?? 0;
  const stopDate = execution.stopDate?.getTime() ?? null;
  return { detail: { executionArn, stateMachineArn, name, status, error, cause, startDate, stopDate, input } };
}

/** The event that tells of a failed report may be lost, too: then this function fails, which raises an alarm. */
async function checkPublished(stepFunctions: SFNClient, stateMachines: StateMachines, name: string): Promise<void> {
  const report = executionArn(stateMachines.reportStateMachineArn, name);
  const { status = '' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn: report }));
  if (UNSUCCESSFUL_STATUSES.some((unsuccessful) => unsuccessful === status)) {
    throw new Error(`its report ended as ${status}, so its subscribers may not have been notified: ${report}`);
  }
}

function throwFirst([first, ...others]: readonly Failure[], ended: number): void {
  if (first === undefined) return;
  const count = `${others.length + 1} of ${ended} watches`;
  throw new Error(`${count} could not be checked: ${first.arn}: ${messageOf(first.error)}`, { cause: first.error });
}

function minutesBefore(date: Date, minutes: number): Date {
  return new Date(date.getTime() - minutes * 60_000);
}
