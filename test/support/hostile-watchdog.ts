import { reportIfBroken } from '../../lib/aws/report-broken-watch';
import { sweepWatches } from '../../lib/aws/sweep-watches';
import type { HistoryEvent, LocalExecution, LocalServices } from '../../lib/local/engine';
import { InMemoryStepFunctions } from './hostile-aws';
import { readReportDefinition } from './hostile-definitions';
import { executeStrictly } from './hostile-step-functions';
import { executionArn, StepFunctions, stateMachineArn, STATE_MACHINE_ARN as WATCHES } from './step-functions';
import { STARTED_AT } from './world';

const REPORTS = stateMachineArn('reports');
const MACHINES = { watchStateMachineArn: WATCHES, reportStateMachineArn: REPORTS };

export const WATCH_NAME = 'clx1-1';
export const WATCH_INPUT = { deploymentId: 'clx1' };

const HOUR_MILLISECONDS = 3_600_000;

export interface WatchdogOptions {
  /** What a report calls. */
  readonly services: Omit<LocalServices, 'poll'>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** How often EventBridge delivers the event of the end; 0 loses it. */
  readonly deliveries: number;
  /** How late each delivery is, 0 to 1. */
  readonly random: () => number;
}

/**
 * What happens in AWS after a watch has ended: EventBridge delivers the event once, several times at once, or never, and
 * an hour later the sweep comes. Reports are executions of the deployed definition.
 */
export async function tellOfEnd(
  { status, error, cause }: LocalExecution,
  events: readonly HistoryEvent[],
  { services, sleep, deliveries, random }: WatchdogOptions,
): Promise<void> {
  const service = new StepFunctions();
  service.stateMachines = [WATCHES, REPORTS];
  const reports: Promise<unknown>[] = [];
  service.onStart = (name, { input }) => {
    const poll = () => Promise.reject(new Error('A report asks nobody.'));
    reports.push(executeStrictly(readReportDefinition(), JSON.parse(input), name, { poll, ...services }));
  };
  const times = { startDate: STARTED_AT.getTime(), stopDate: Date.now() };
  const input = JSON.stringify(WATCH_INPUT);
  service.executionsOf(WATCHES).set(WATCH_NAME, {
    ...{ status, error, cause, input, events: events.filter(isExit).map(asStepFunctionsEvent) },
    startDate: times.startDate / 1000,
    stopDate: times.stopDate / 1000,
  });
  const stepFunctions = new InMemoryStepFunctions(service);
  const detail = {
    executionArn: executionArn(WATCHES, WATCH_NAME),
    stateMachineArn: WATCHES,
    name: WATCH_NAME,
    status,
  };
  const event = { detail: { ...detail, ...times, error: error ?? null, cause: cause ?? null, input } };
  const deliver = async () => {
    await sleep(random() * 5000);
    await reportIfBroken(stepFunctions, event, MACHINES);
  };
  await Promise.all(Array.from({ length: deliveries }, deliver));
  await sleep(HOUR_MILLISECONDS);
  await sweepWatches(stepFunctions, MACHINES, new Date(), () => {});
  await Promise.all(reports);
}

export function isExit({ type }: HistoryEvent): boolean {
  return type === 'StateExited';
}

function asStepFunctionsEvent({ state, timestamp }: HistoryEvent, index: number): object {
  const exit = { name: state?.name, output: JSON.stringify(state?.output) };
  return {
    id: index + 1,
    timestamp: timestamp / 1000,
    type: `${state?.type}StateExited`,
    stateExitedEventDetails: exit,
  };
}
