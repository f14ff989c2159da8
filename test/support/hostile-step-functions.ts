import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { execute, type HistoryEvent, type LocalExecution, type LocalServices } from '../../lib/local/engine';
import { named } from './hostile-lambda';

/** Source: Step Functions docs, Service quotas. */
export const MAX_HISTORY_EVENTS = 25_000;
export const MAX_STATE_BYTES = 256 * 1024;

/** Scheduled, started, succeeded; a failure is counted as the longest that any integration writes. */
const EVENTS_OF_SUCCESS = 3;
const EVENTS_OF_FAILURE = 5;

export interface StrictExecution extends LocalExecution {
  /** As Step Functions counts them. */
  readonly historyEvents: number;
  /** The largest input or output of a state, payload or result of a task. */
  readonly largestBytes: number;
}

export interface StrictOptions {
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Aborts the execution, as a person does. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a state machine on the embedded engine, within the limits of Step Functions: an execution whose history or whose
 * data grow too large fails with an error that no Catch takes. The engine itself enforces both kinds of time-out.
 */
export async function executeStrictly(
  definition: StateMachineDefinition,
  input: unknown,
  name: string,
  services: LocalServices,
  options: StrictOptions = {},
): Promise<StrictExecution> {
  const limits = new Limits(options.signal);
  const strict = {
    poll: limits.guard(services.poll),
    publish: limits.guard(services.publish),
    putEvents: limits.guard(services.putEvents),
  };
  const onEvent = (event: HistoryEvent) => {
    if (limits.check(event)) options.onEvent?.(event);
  };
  const execution = await execute(definition, input, name, strict, onEvent, limits.signal);
  return { ...limits.endOf(execution), historyEvents: limits.events, largestBytes: limits.largestBytes };
}

class Limits {
  events = 0;
  largestBytes = 0;
  private readonly controller = new AbortController();
  private broken: Error | undefined;
  private isOver = false;

  constructor(abort: AbortSignal | undefined) {
    abort?.addEventListener('abort', () => this.controller.abort(), { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  endOf(execution: LocalExecution): LocalExecution {
    if (this.broken === undefined) return execution;
    return { status: 'FAILED', error: this.broken.name, cause: this.broken.message };
  }

  /** @returns false for what the engine still does after the execution's end */
  check({ type, state }: HistoryEvent): boolean {
    if (this.isOver) return false;
    this.isOver = /^Execution(Aborted|Timeout)/.test(type);
    // Retries are counted where the task is called.
    if (/^(Execution|StateEntered|StateExited)/.test(type)) this.count(1);
    this.measure(state?.input);
    this.measure(state?.output);
    return true;
  }

  /** A task, with its events counted and its data measured. Once an execution is over, it begins no other. */
  guard<Input, Output>(task: (input: Input) => Promise<Output>): (input: Input) => Promise<Output> {
    return async (input) => {
      if (this.signal.aborted || !this.measure(input)) return new Promise(() => {});
      try {
        const output = await task(input);
        this.count(EVENTS_OF_SUCCESS);
        return this.measure(output) ? output : await new Promise(() => {});
      } catch (error) {
        this.count(EVENTS_OF_FAILURE);
        throw error;
      }
    };
  }

  private count(events: number): void {
    this.events += events;
    if (this.events > MAX_HISTORY_EVENTS) {
      this.fail(
        'States.Runtime',
        `The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`,
      );
    }
  }

  private measure(data: unknown): boolean {
    const bytes = data === undefined ? 0 : Buffer.byteLength(JSON.stringify(data));
    this.largestBytes = Math.max(this.largestBytes, bytes);
    if (bytes > MAX_STATE_BYTES) this.fail('States.DataLimitExceeded', 'The state/task returned a result too large.');
    return bytes <= MAX_STATE_BYTES;
  }

  private fail(error: string, message: string): void {
    this.broken ??= named(error, message);
    this.controller.abort();
  }
}
