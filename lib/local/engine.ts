import './promise-with-resolvers';
import {
  ExecutionAbortedError,
  ExecutionError,
  ExecutionTimeoutError,
  StateMachine,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';
import type { Look } from '../watch/look';
import type { PollEvent } from '../watch/poll';
import type { PutEventsInput } from './event-bus';
import type { PublishInput } from './topic';

/** What the states call, in place of AWS. */
export interface LocalServices {
  readonly poll: (event: PollEvent) => Promise<Look>;
  readonly publish: (input: PublishInput) => Promise<unknown>;
  readonly putEvents: (input: PutEventsInput) => Promise<unknown>;
}

/** An event of an execution's history, as it happens. */
export interface HistoryEvent {
  readonly type: string;
  readonly timestamp: number;
  readonly state?: { readonly name: string; readonly type: string; readonly input: unknown; readonly output?: unknown };
  readonly Error?: string;
  readonly Cause?: unknown;
}

export interface LocalExecution {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** The ARN of an execution on this machine; its region, `local`, distinguishes it from one in AWS. */
function localExecutionArn(name: string): string {
  return `arn:aws:states:local:000000000000:execution:flightwatch:${name}`;
}

/**
 * Runs the state machine once, on this machine.
 *
 * @param signal aborts the execution; the task that is running goes on, as it does in AWS
 */
export async function execute(
  definition: StateMachineDefinition,
  input: unknown,
  name: string,
  services: LocalServices,
  onEvent: (event: HistoryEvent) => void = () => {},
  signal?: AbortSignal,
): Promise<LocalExecution> {
  // The definition is validated by the tests.
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  const run = machine.run(input as never, {
    context: { Execution: { Id: localExecutionArn(name), Name: name }, State: STATE_CONTEXT } as never,
    overrides: { taskResourceLocalHandlers: taskHandlers(definition, services) as never },
  });
  signal?.addEventListener('abort', run.abort, { once: true });
  // The first states have run already.
  if (signal?.aborted) run.abort();
  const [execution] = await Promise.all([settle(run.result), report(run.eventLogs as never, onEvent)]);
  return execution;
}

async function settle(result: Promise<unknown>): Promise<LocalExecution> {
  try {
    return { status: 'SUCCEEDED', output: await result };
  } catch (error) {
    if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT' };
    if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
    if (!(error instanceof ExecutionError)) throw error;
    const { name, message } = error.cause as Error;
    return { status: 'FAILED', error: name, cause: String((error.cause as Error).cause ?? message) };
  }
}

async function report(events: AsyncIterable<HistoryEvent>, onEvent: (event: HistoryEvent) => void): Promise<void> {
  for await (const event of events) onEvent(event);
}

/** The engine leaves `$$.State` to its caller. */
const STATE_CONTEXT = {
  get EnteredTime(): string {
    return new Date().toISOString();
  },
};

type TaskState = { readonly Type: string; readonly Resource?: string };
type TaskHandler = (input: unknown) => Promise<unknown>;

function taskHandlers(definition: StateMachineDefinition, services: LocalServices) {
  const states = Object.entries(definition.States as unknown as Record<string, TaskState>);
  const tasks = states.filter(([, state]) => state.Type === 'Task');
  return Object.fromEntries(tasks.map(([name, state]) => [name, handlerOf(state, services)]));
}

function handlerOf({ Resource = '' }: TaskState, services: LocalServices): TaskHandler {
  const call = serviceOf(Resource, services);
  return async (input) => {
    try {
      // Through JSON, as between Step Functions and Lambda.
      const result = await call(JSON.parse(JSON.stringify(input)) as never);
      return JSON.parse(JSON.stringify(result));
    } catch (error) {
      throw asTaskError(error);
    }
  };
}

function serviceOf(resource: string, { poll, publish, putEvents }: LocalServices): (input: never) => Promise<unknown> {
  if (resource.endsWith(':sns:publish')) return publish;
  return resource.endsWith(':events:putEvents') ? putEvents : poll;
}

/** A function's error as Step Functions sees it: its name, and a cause in JSON. */
function asTaskError(error: unknown): Error {
  const { name: errorType, message: errorMessage } = error as Error;
  const taskError = new Error(JSON.stringify({ errorType, errorMessage, trace: [] }));
  taskError.name = errorType;
  return taskError;
}
