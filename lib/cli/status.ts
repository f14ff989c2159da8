import { listEnvironments } from '../aws/environment-items';
import { listRunningWatches, type RunningWatches } from '../aws/running-watches';
import { arrangeEnvironments, type EnvironmentRows } from './environment-rows';
import { describeAwsError, UsageError } from './errors';
import { findHistoryTableOf, type HistoryTableOptions, readTable } from './history-table';
import { setInterruptMessage } from './interrupt';
import { findStateMachine, type StateMachine } from './state-machine';
import { drawStatus, toJson } from './status-table';
import type { Terminal } from './terminal';

export interface StatusOptions extends HistoryTableOptions {
  /** Shows preview environments, too. */
  readonly previews?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Prints the environments: how their last deployments ended, and what is running now.
 *
 * @throws UsageError
 */
export async function runStatus(options: StatusOptions, terminal: Terminal): Promise<void> {
  setInterruptMessage('Interrupted.', terminal);
  const stateMachine = await findStateMachine(options.stateMachineArn, terminal);
  const table = await findHistoryTableOf(stateMachine, options);
  const [{ environments, unreadable }, running] = await Promise.all([
    readTable(table, listEnvironments),
    readRunning(stateMachine, terminal),
  ]);
  show(arrangeEnvironments(environments, running.watches, options), options, terminal);
  if (unreadable > 0)
    terminal.err(
      `${unreadable} environments are not shown: a later version may have written them; upgrade Flightwatch.`,
    );
  if (!running.isComplete)
    terminal.err(`More than ${running.watches.length} watches are running; the older ones are not shown.`);
}

/** What has ended can be shown without it. */
async function readRunning({ stepFunctions, arn }: StateMachine, terminal: Terminal): Promise<RunningWatches> {
  try {
    return await listRunningWatches(stepFunctions, arn);
  } catch (error) {
    const { name } = error as Error;
    if (name === 'StateMachineDoesNotExist') throw new UsageError(describeAwsError(error), { cause: error });
    const needs = name.startsWith('AccessDenied')
      ? ' They need states:ListExecutions and states:GetExecutionHistory.'
      : '';
    terminal.err(`The running watches are not shown: ${describeAwsError(error)}${needs}`);
    return { watches: [], isComplete: true };
  }
}

function show({ rows, hiddenPreviews }: EnvironmentRows, { json }: StatusOptions, terminal: Terminal): void {
  const now = new Date();
  if (json) for (const row of rows) terminal.json(toJson(row, now));
  else if (rows.length === 0) terminal.out('No environment has a verdict yet, and no watch is running.');
  else for (const line of drawStatus(rows, now, terminal)) terminal.out(line);
  if (hiddenPreviews === 0) return;
  const count = hiddenPreviews === 1 ? '1 preview environment is' : `${hiddenPreviews} preview environments are`;
  const note = `${count} not shown: add --previews.`;
  if (json) terminal.err(note);
  else terminal.out(note);
}
