import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { POLL_ENVIRONMENT } from '../../lib/contract/names';
import { readApiKey } from '../../lib/flightcontrol/api-key';
import { readShippedTemplate } from '../../lib/local/definition';
import type { HistoryEvent } from '../../lib/local/engine';
import { pollEnvironment, runWatch } from '../../lib/local/run-watch';

export const ACCOUNT = 'us-east-1:123456789012';
export const SECRET_ARN = `arn:aws:secretsmanager:${ACCOUNT}:secret:key-AbCdEf`;

type Json = Readonly<Record<string, unknown>>;

/** What goes wrong with a call: an error of AWS, or `drop` for a connection that is cut. */
export type Fault = 'drop' | { readonly status: number; readonly type: string; readonly message?: string };

interface Execution {
  status: string;
  error?: string | undefined;
  cause?: string | undefined;
  readonly input: string;
  readonly events: object[];
}

/**
 * The calls of Step Functions, Secrets Manager and Lambda that the command line makes, over HTTP, so that it runs as the
 * process that users start. The executions are real: the embedded engine runs them.
 */
export class AwsServer {
  readonly executions = new Map<string, Execution>();
  stateMachines = [`arn:aws:states:${ACCOUNT}:stateMachine:flightwatch`];
  /** Of the poll function; the names that the stack sets. */
  environment: Record<string, string> = {};
  secret = 'replace-me';
  /** By name of the call; used up one by one. */
  readonly faults: Record<string, Fault[]> = {};
  readonly calls: string[] = [];
  private readonly runs: Promise<unknown>[] = [];
  private readonly server = createServer((request, response) => this.serve(request, response));

  static async start(apiBaseUrl: string): Promise<AwsServer> {
    const aws = new AwsServer();
    aws.environment = {
      ...pollEnvironment({ apiBaseUrl }),
      [POLL_ENVIRONMENT.apiKeySecretArn]: SECRET_ARN,
      [POLL_ENVIRONMENT.pacing]: JSON.stringify({ preparingSeconds: 1, buildingSeconds: 1, lingerSeconds: 0 }),
    };
    await new Promise<void>((resolve) => aws.server.listen(0, '127.0.0.1', resolve));
    return aws;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Waits for the executions: the API should let them end. */
  async close(): Promise<void> {
    await Promise.all(this.runs);
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** As somebody does in the console. */
  abort(name: string): void {
    const execution = this.executions.get(name);
    if (execution === undefined) throw new Error(`no execution ${name}`);
    execution.status = 'ABORTED';
    this.record(execution, { type: 'ExecutionAborted', executionAbortedEventDetails: {} }, Date.now());
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = readCall(request);
    this.calls.push(call);
    const fault = this.faults[call]?.shift();
    if (fault === 'drop') {
      request.socket.destroy();
      return;
    }
    const answer = fault ?? this.answer(call, request.method === 'GET' ? {} : ((await json(request)) as Json));
    const failed = isError(answer);
    response.writeHead(failed ? answer.status : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(failed ? { __type: answer.type, message: answer.message ?? answer.type } : answer));
  }

  private answer(call: string, input: Json): object {
    switch (call) {
      case 'ListStateMachines':
        return { stateMachines: this.stateMachines.map(describeStateMachine) };
      case 'StartExecution':
        return this.startExecution(input as { stateMachineArn: string; name: string; input: string });
      case 'DescribeExecution':
        return this.find(input) ?? missing('ExecutionDoesNotExist');
      case 'GetExecutionHistory':
        return this.history(input);
      case 'DescribeStateMachine':
        return { definition: JSON.stringify({ States: { 'Poll Deployment': { Resource: 'poll' } } }) };
      case 'GetFunctionConfiguration':
        return { Environment: { Variables: this.environment } };
      case 'GetSecretValue':
        return { ARN: SECRET_ARN, SecretString: this.secret };
      case 'PutSecretValue':
        this.secret = String(input.SecretString);
        return { ARN: SECRET_ARN };
      default:
        throw new Error(`unexpected call ${call}`);
    }
  }

  private startExecution({ stateMachineArn, name, input }: { stateMachineArn: string; name: string; input: string }) {
    if (!this.stateMachines.includes(stateMachineArn)) return missing('StateMachineDoesNotExist');
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.executions.get(name);
    if (existing === undefined) this.run(name, input);
    else if (existing.status !== 'RUNNING' || existing.input !== input) return missing('ExecutionAlreadyExists');
    return { executionArn, startDate: Date.now() / 1000 };
  }

  private run(name: string, input: string): void {
    const execution: Execution = { status: 'RUNNING', input, events: [] };
    this.executions.set(name, execution);
    const run = runWatch({
      template: readShippedTemplate(),
      input: JSON.parse(input),
      executionName: name,
      environment: this.environment,
      readKey: async () => readApiKey(this.secret),
      keyHolder: `the secret ${SECRET_ARN}`,
      warn: () => {},
      onEvent: (event) => this.take(execution, event),
    });
    this.runs.push(run);
  }

  private take(execution: Execution, event: HistoryEvent): void {
    // Whatever the engine still does after an abort is not seen.
    if (execution.status !== 'RUNNING') return;
    const details = asStepFunctionsEvent(event);
    if (details === undefined) return;
    this.record(execution, details, event.timestamp);
    if (event.type === 'ExecutionSucceeded') execution.status = 'SUCCEEDED';
    if (event.type === 'ExecutionFailed') {
      Object.assign(execution, { status: 'FAILED', error: event.Error, cause: event.Cause });
    }
  }

  private record({ events }: Execution, details: object, timestamp: number): void {
    events.push({ id: events.length + 1, timestamp: timestamp / 1000, ...details });
  }

  private find({ executionArn }: Json): Execution | undefined {
    return this.executions.get(String(executionArn).split(':').at(-1) ?? '');
  }

  private history(input: Json): object {
    const events = this.find(input)?.events.toReversed();
    if (events === undefined) return missing('ExecutionDoesNotExist');
    const from = Number(input.nextToken ?? 0);
    // As Step Functions may: fewer than were asked for.
    const to = from + Math.min(3, Number(input.maxResults));
    return { events: events.slice(from, to), ...(to < events.length && { nextToken: String(to) }) };
  }
}

function readCall({ headers, url = '' }: IncomingMessage): string {
  if (url.includes('/functions/')) return 'GetFunctionConfiguration';
  return String(headers['x-amz-target']).split('.').at(-1) ?? '';
}

type AwsError = { readonly status: number; readonly type: string; readonly message?: string };

function missing(type: string): AwsError {
  return { status: 400, type, message: `${type}: as Step Functions says it` };
}

function isError(answer: object): answer is AwsError {
  return 'type' in answer && 'status' in answer;
}

function describeStateMachine(stateMachineArn: string): object {
  return { stateMachineArn, name: stateMachineArn.split(':').at(-1), type: 'STANDARD', creationDate: 0 };
}

/** Source: Step Functions API, HistoryEvent. */
function asStepFunctionsEvent({ type, state, Error: error, Cause: cause }: HistoryEvent): object | undefined {
  switch (type) {
    case 'ExecutionStarted':
    case 'ExecutionSucceeded':
      return { type };
    case 'ExecutionFailed':
      return { type, executionFailedEventDetails: { error, cause } };
    case 'StateExited':
      return {
        type: `${state?.type}StateExited`,
        stateExitedEventDetails: { name: state?.name, output: JSON.stringify(state?.output) },
      };
    case 'StateFailed':
    case 'StateRetried':
      return state?.type === 'Task' && error !== undefined
        ? { type: 'LambdaFunctionFailed', lambdaFunctionFailedEventDetails: { error, cause } }
        : undefined;
    default:
      return undefined;
  }
}
