import { STATES } from '../../lib/contract/states';

/** An error of AWS, as a call answers it. */
export class AwsError extends Error {
  constructor(
    readonly type: string,
    message = `${type}: as AWS says it`,
    readonly status = 400,
  ) {
    super(message);
  }
}

export interface Execution {
  status: string;
  error?: string | undefined;
  cause?: string | undefined;
  readonly input: string;
  readonly events: object[];
  /** Seconds since 1970. */
  startDate?: number;
  stopDate?: number;
}

export const ACCOUNT = 'us-east-1:123456789012';
export const STATE_MACHINE_ARN = stateMachineArn('flightwatch');

export function stateMachineArn(name: string): string {
  return `arn:aws:states:${ACCOUNT}:stateMachine:${name}`;
}

export const TOPIC_ARN = `arn:aws:sns:${ACCOUNT}:notifications`;

/** What is read of the definition. */
const DEFINED = {
  [STATES.poll]: { Resource: 'poll' },
  [STATES.notifySuccess]: { Parameters: { TopicArn: TOPIC_ARN } },
};

type Json = Readonly<Record<string, unknown>>;

/** Fewer than are asked for, as Step Functions may answer, too. */
const LARGEST_PAGE = 3;

/**
 * Step Functions, as far as Flightwatch calls it: executions by name, in each state machine for itself.
 * Source: Step Functions API Reference, StartExecution, DescribeExecution, StopExecution,
 * ListExecutions, GetExecutionHistory.
 */
export class StepFunctions {
  stateMachines = [STATE_MACHINE_ARN];
  /** Called for each execution that is started. */
  onStart: (name: string, execution: Execution) => void = () => {};
  private readonly executions = new Map<string, Map<string, Execution>>();

  executionsOf(machineArn: string): Map<string, Execution> {
    const existing = this.executions.get(machineArn);
    if (existing !== undefined) return existing;
    const executions = new Map<string, Execution>();
    this.executions.set(machineArn, executions);
    return executions;
  }

  answer(call: string, input: Json): object | undefined {
    switch (call) {
      case 'ListStateMachines':
        return { stateMachines: this.stateMachines.map(describeStateMachine) };
      case 'DescribeStateMachine':
        this.check(String(input.stateMachineArn));
        return { definition: JSON.stringify({ States: DEFINED }) };
      case 'StartExecution':
        return this.start(input as { stateMachineArn: string; name: string; input: string });
      case 'DescribeExecution':
        return this.describe(input);
      case 'StopExecution':
        return this.stop(input);
      case 'ListExecutions':
        return this.list(input);
      case 'GetExecutionHistory':
        return this.history(input);
      default:
        return undefined;
    }
  }

  /** The same name with the same input while it runs is the same execution; otherwise the name is taken. */
  private start({
    stateMachineArn: machineArn,
    name,
    input,
  }: {
    stateMachineArn: string;
    name: string;
    input: string;
  }) {
    this.check(machineArn);
    const executions = this.executionsOf(machineArn);
    const existing = executions.get(name);
    if (existing === undefined) {
      const execution: Execution = { status: 'RUNNING', input, events: [], startDate: Date.now() / 1000 };
      executions.set(name, execution);
      this.onStart(name, execution);
    } else if (existing.status !== 'RUNNING' || existing.input !== input) {
      throw new AwsError('ExecutionAlreadyExists');
    }
    return { executionArn: executionArn(machineArn, name), startDate: Date.now() / 1000 };
  }

  /** What has ended stays as it is. */
  private stop(input: Json): object {
    const execution = this.find(input);
    const stopDate = Date.now() / 1000;
    const { error, cause } = input as { error?: string; cause?: string };
    if (execution.status === 'RUNNING') {
      Object.assign(execution, { status: 'ABORTED', error, cause, stopDate });
      const id = execution.events.length + 1;
      const details = { executionAbortedEventDetails: { error, cause } };
      execution.events.push({ id, timestamp: stopDate, type: 'ExecutionAborted', ...details });
    }
    return { stopDate: execution.stopDate ?? stopDate };
  }

  private check(machineArn: string): void {
    if (!this.stateMachines.includes(machineArn)) throw new AwsError('StateMachineDoesNotExist');
  }

  private describe(input: Json): object {
    const { events: _, ...description } = this.find(input);
    const machineArn = this.stateMachines.find((arn) => String(input.executionArn).startsWith(executionArn(arn, '')));
    const name = String(input.executionArn).split(':').at(-1);
    return { executionArn: input.executionArn, stateMachineArn: machineArn, name, ...description };
  }

  /** By start, the newest first. The documentation says by stop, which is the easier order. */
  private list({ stateMachineArn: machineArn, statusFilter, ...page }: Json): object {
    const executions = [...this.executionsOf(String(machineArn))]
      .filter(([, { status }]) => statusFilter === undefined || status === statusFilter)
      .sort(([, one], [, other]) => (other.startDate ?? 0) - (one.startDate ?? 0))
      .map(([name, { status, startDate, stopDate }]) => {
        return { executionArn: executionArn(String(machineArn), name), name, status, startDate, stopDate };
      });
    const { items, nextToken } = takePage(executions, page);
    return { executions: items, nextToken };
  }

  private find({ executionArn: arn }: Json): Execution {
    for (const [machineArn, executions] of this.executions) {
      for (const [name, execution] of executions) if (executionArn(machineArn, name) === arn) return execution;
    }
    throw new AwsError('ExecutionDoesNotExist');
  }

  private history(input: Json): object {
    const { events } = this.find(input);
    const { items, nextToken } = takePage(input.reverseOrder ? events.toReversed() : events, input);
    return { events: items, nextToken };
  }
}

function takePage<T>(items: readonly T[], { nextToken = 0, maxResults = LARGEST_PAGE }: Json) {
  const from = Number(nextToken);
  const to = from + Math.min(LARGEST_PAGE, Number(maxResults));
  return { items: items.slice(from, to), nextToken: to < items.length ? String(to) : undefined };
}

export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

function describeStateMachine(arn: string): object {
  return { stateMachineArn: arn, name: arn.split(':').at(-1), type: 'STANDARD', creationDate: 0 };
}

/** An execution that left these states, each passing on the look, and ended so. */
export function endedExecution(
  states: readonly (readonly [name: string, look: object | null])[],
  end: Partial<Execution> = {},
): Execution {
  const events = states.map(([name, look], index) => ({
    id: index + 1,
    timestamp: Date.now() / 1000,
    type: 'TaskStateExited',
    stateExitedEventDetails: { name, output: JSON.stringify({ input: {}, execution: {}, look }) },
  }));
  const now = Date.now() / 1000;
  return { status: 'ABORTED', input: '{"deploymentId":"clx1"}', startDate: now - 60, stopDate: now, ...end, events };
}
