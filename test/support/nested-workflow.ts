import '../../lib/local/promise-with-resolvers';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import type { LocalExecution } from '../../lib/local/engine';
import { AwsError, type Execution, executionArn, STATE_MACHINE_ARN, StepFunctions } from './step-functions';

type Json = Readonly<Record<string, unknown>>;
type Task = (input: never) => Promise<unknown>;

/** How a workflow ended, and the names of the states that it entered. */
interface WorkflowRun {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly output?: { readonly watch: Json } & Json;
  readonly error?: string;
  readonly cause?: string;
  readonly states: readonly string[];
}

/** A name as Step Functions takes it. Source: Step Functions API, StartExecution. */
const NAME = /^[\w-]+$/;
const MAX_NAME_CHARACTERS = 80;

/** So that a test fails whose watch goes on for ever. */
const MAX_LOOKS = 100;

const PARENT_ARN = 'arn:aws:states:us-east-1:123456789012:execution:release:1';

/**
 * Runs a workflow that watches deployments, on the embedded engine. Its calls of Step Functions are answered as Step
 * Functions answers them. Source: Step Functions docs, "Start a new Step Functions workflow" and "AWS SDK integrations".
 */
export class NestedWorkflow {
  readonly stepFunctions = new StepFunctions();
  /** Thrown by the next calls, one by one. */
  readonly startErrors: (string | Error)[] = [];
  readonly describeErrors: string[] = [];
  /** Called with each description of a watch, before it is made: time passes between two looks. */
  onDescribe: (execution: Execution, look: number) => void = () => {};
  private looks = 0;

  constructor(
    private readonly definition: StateMachineDefinition,
    /** The other tasks, by the name of their state. */
    private readonly otherTasks: Readonly<Record<string, Task>> = {},
  ) {}

  get watches(): ReadonlyMap<string, Execution> {
    return this.stepFunctions.executionsOf(STATE_MACHINE_ARN);
  }

  /** A watch that was started before the workflow. */
  startWatch(name: string, input: object): Execution {
    const execution = this.startWatchLater(name, input);
    execution.startDate = Date.now() / 1000 - 60;
    return execution;
  }

  /** A watch that is started while the workflow runs. */
  startWatchLater(name: string, input: object): Execution {
    this.stepFunctions.answer('StartExecution', {
      stateMachineArn: STATE_MACHINE_ARN,
      name,
      input: JSON.stringify(input),
    });
    const execution = this.find(name);
    execution.startDate = Date.now() / 1000 + 60;
    return execution;
  }

  async run(input: unknown): Promise<WorkflowRun> {
    const machine = new StateMachine(this.definition, { validationOptions: { noValidate: true } });
    const tasks = {
      'Watch Deployment': this.startAndWait,
      'Describe Earlier Watch': this.describe,
      'Describe Possible Watch': this.describe,
      'Describe Watch': this.describe,
      ...this.otherTasks,
    };
    const { result, eventLogs } = machine.run(input as never, {
      context: {
        Execution: { Id: PARENT_ARN },
        State: { EnteredTime: new Date().toISOString() },
        Task: { Token: 'token' },
      } as never,
      overrides: {
        taskResourceLocalHandlers: tasks as never,
        waitTimeOverrides: { 'Wait For Watch': 0 },
        retryIntervalOverrides: Object.fromEntries(Object.keys(tasks).map((name) => [name, 0])),
      },
    });
    const states: string[] = [];
    const reading = (async () => {
      for await (const { type, ...event } of eventLogs) {
        if (type === 'StateEntered') states.push((event as { state: { name: string } }).state.name);
      }
    })();
    const [end] = await Promise.all([settle(result), reading]);
    return { ...end, states };
  }

  /** `startExecution.sync:2`. */
  private startAndWait = async ({
    StateMachineArn,
    Name,
    Input,
  }: Record<'StateMachineArn' | 'Name', string> & Json) => {
    throwNext(this.startErrors);
    checkName(Name);
    const start = { stateMachineArn: StateMachineArn, name: Name, input: JSON.stringify(Input) };
    const { executionArn: arn } = this.call('StepFunctions', 'StartExecution', start);
    const execution = this.find(Name);
    for (let turn = 0; execution.status === 'RUNNING'; turn += 1) {
      if (turn === MAX_LOOKS) throw new Error('The watch has not ended.');
      await new Promise(setImmediate);
    }
    const description = this.call('StepFunctions', 'DescribeExecution', { executionArn: arn });
    if (execution.status !== 'SUCCEEDED') throw named('States.TaskFailed', JSON.stringify(description));
    return { ...description, Output: JSON.parse(String(description.Output)) };
  };

  /** `aws-sdk:sfn:describeExecution`. */
  private describe = async ({ ExecutionArn }: { readonly ExecutionArn: string }) => {
    throwNext(this.describeErrors);
    this.looks += 1;
    if (this.looks > MAX_LOOKS) throw new Error('The watch has not ended.');
    const execution = this.watches.get(ExecutionArn.split(':').at(-1) ?? '');
    if (execution) this.onDescribe(execution, this.looks);
    return this.call('Sfn', 'DescribeExecution', { executionArn: ExecutionArn });
  };

  /** @param service how the integration names the service in its errors */
  private call(service: string, action: string, input: Json): Json & { readonly executionArn?: string } {
    try {
      const answer = this.stepFunctions.answer(action, input) as Json;
      if (action === 'StartExecution') return answer;
      // Through JSON: what is undefined is not there.
      const described = JSON.parse(JSON.stringify(answer)) as Json;
      return Object.fromEntries(
        Object.entries(described).map(([key, value]) => [capitalise(key), readable(value, key)]),
      );
    } catch (error) {
      if (error instanceof AwsError) throw named(`${service}.${error.type}Exception`, error.message);
      throw error;
    }
  }

  private find(name: string): Execution {
    const execution = this.watches.get(name);
    if (execution === undefined) throw new Error(`expected an execution ${executionArn(STATE_MACHINE_ARN, name)}`);
    return execution;
  }
}

/** Ends a watch as another execution of the same definition has ended. */
export function endWatch(execution: Execution, { status, error, cause, output }: LocalExecution): void {
  Object.assign(execution, { status, error, cause, output: output === undefined ? undefined : JSON.stringify(output) });
}

async function settle(result: Promise<unknown>): Promise<Omit<WorkflowRun, 'states'>> {
  try {
    return { status: 'SUCCEEDED', output: (await result) as NonNullable<WorkflowRun['output']> };
  } catch (error) {
    const { name, message, cause } = (error as Error).cause as Error;
    return { status: 'FAILED', error: name, cause: String(cause ?? message) };
  }
}

function throwNext(errors: (string | Error)[]): void {
  const error = errors.shift();
  if (error !== undefined) throw typeof error === 'string' ? named(error, `${error}: as AWS says it`) : error;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Both messages repeat the name. */
function checkName(name: string): void {
  if (name.length > MAX_NAME_CHARACTERS) {
    throw named(
      'StepFunctions.AWSStepFunctionsException',
      `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to ${MAX_NAME_CHARACTERS}`,
    );
  }
  if (!NAME.test(name)) throw named('StepFunctions.InvalidNameException', `Invalid Name: '${name}'`);
}

/** A task gets times as text. */
function readable(value: unknown, key: string): unknown {
  return key.endsWith('Date') && typeof value === 'number' ? new Date(value * 1000).toISOString() : value;
}

function capitalise(key: string): string {
  return `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}
