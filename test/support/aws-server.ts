import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { DEFAULT_PACING } from '../../lib/contract/pacing';
import { DEFAULT_API_SETTINGS, pollEnvironment } from '../../lib/contract/poll-environment';
import { DEFAULT_WATCH_SETTINGS } from '../../lib/contract/watch-settings';
import { readApiKey } from '../../lib/flightcontrol/api-key';
import { readShippedTemplate } from '../../lib/local/definition';
import type { HistoryEvent } from '../../lib/local/engine';
import { type LoopbackServer, serveOnLoopback } from '../../lib/local/loopback-server';
import { runWatch } from '../../lib/local/run-watch';
import { CloudFormation } from './cloudformation';
import { ACCOUNT, AwsError, type Execution, STATE_MACHINE_ARN, StepFunctions } from './step-functions';

export const SECRET_ARN = `arn:aws:secretsmanager:${ACCOUNT}:secret:key-AbCdEf`;
export const WEBHOOK_SECRET_ARN = `arn:aws:secretsmanager:${ACCOUNT}:secret:webhook-AbCdEf`;

export interface SecretVersion {
  readonly value: string;
  readonly createdAt: Date;
}

type Json = Readonly<Record<string, unknown>>;

/** What goes wrong with a call: an error of AWS, or `drop` for a connection that is cut. */
export type Fault = 'drop' | { readonly status: number; readonly type: string; readonly message?: string };

/**
 * Step Functions, Secrets Manager, EventBridge and Lambda over HTTP, as far as Flightwatch calls them, so that the command line and
 * the functions run as they are. The executions of watches are real where there is an API to ask: the embedded engine
 * runs them.
 */
export class AwsServer {
  readonly stepFunctions = new StepFunctions();
  readonly cloudFormation = new CloudFormation();
  /** Of the poll function; the names that the stack sets. */
  environment: Readonly<Record<string, string>> = {};
  /** The addresses of functions that have one. */
  functionUrls: Readonly<Record<string, string>> = {};
  secret = 'replace-me';
  /** Base64; in place of the text. */
  secretBinary: string | undefined;
  /** The webhook's secret, by stage. */
  webhookSecret: { readonly AWSCURRENT?: SecretVersion; readonly AWSPREVIOUS?: SecretVersion } = {};
  /** What was put on the event bus. */
  readonly busEntries: Json[] = [];
  /** Whether the bus refuses what is put on it. */
  isBusFull = false;
  /** By name of the call; used up one by one. */
  readonly faults: Record<string, Fault[]> = {};
  readonly calls: string[] = [];
  private readonly runs: Promise<unknown>[] = [];

  private constructor(private readonly server: LoopbackServer) {}

  /** @param apiBaseUrl the API that executions ask; without it they stay as they were started. */
  static async start(apiBaseUrl?: string): Promise<AwsServer> {
    const server = await serveOnLoopback((request, response) => aws.serve(request, response));
    const aws = new AwsServer(server);
    if (apiBaseUrl !== undefined) aws.runWatches(apiBaseUrl);
    return aws;
  }

  get url(): string {
    return this.server.url;
  }

  /** The watches, by the names of their executions. */
  get executions(): Map<string, Execution> {
    return this.stepFunctions.executionsOf(STATE_MACHINE_ARN);
  }

  /** Waits for the executions to end. */
  async close(): Promise<void> {
    await Promise.all(this.runs);
    await this.server.close();
  }

  /** Aborts an execution, as the console does. */
  abort(name: string): void {
    const execution = this.executions.get(name);
    if (execution === undefined) throw new Error(`no execution ${name}`);
    Object.assign(execution, { status: 'ABORTED', stopDate: Date.now() / 1000 });
    record(execution, { type: 'ExecutionAborted', executionAbortedEventDetails: {} }, Date.now());
  }

  private runWatches(apiBaseUrl: string): void {
    const pacing = { ...DEFAULT_PACING, preparingSeconds: 1, buildingSeconds: 1, lingerSeconds: 0 };
    const settings = { ...DEFAULT_WATCH_SETTINGS, pacing };
    const api = { ...DEFAULT_API_SETTINGS, apiBaseUrl };
    this.environment = pollEnvironment.encode({ ...api, apiKeySecretArn: SECRET_ARN });
    this.stepFunctions.onStart = (name, execution) => {
      const run = runWatch({
        template: readShippedTemplate(),
        input: JSON.parse(execution.input),
        executionName: name,
        api,
        settings,
        readKey: async () => readApiKey(this.secret),
        keyLocation: `the secret ${SECRET_ARN}`,
        warn: () => {},
        onEvent: (event) => recordEngineEvent(execution, event),
      });
      this.runs.push(run);
    };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (CloudFormation.isCall(request)) return this.cloudFormation.serve(request, response);
    const call = readCall(request);
    this.calls.push(call);
    const fault = this.faults[call]?.shift();
    if (fault === 'drop') {
      request.socket.destroy();
      return;
    }
    const input = request.method === 'GET' ? {} : ((await json(request)) as Json);
    const { status, body } =
      fault === undefined ? this.tryToAnswer(call, { ...input, ...pathOf(request) }) : failure(fault);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  }

  private tryToAnswer(call: string, input: Json): { status: number; body: object } {
    try {
      return { status: 200, body: this.answer(call, input) };
    } catch (error) {
      if (error instanceof AwsError) return failure(error);
      throw error;
    }
  }

  private answer(call: string, input: Json): object {
    switch (call) {
      case 'GetFunctionConfiguration':
        return { Environment: { Variables: this.environment } };
      case 'GetFunctionUrlConfig':
        return this.functionUrl(String(input.FunctionName));
      case 'PutEvents':
        return this.putEvents(input as { Entries: Json[] });
      case 'GetSecretValue':
        if (input.VersionStage !== undefined) return this.webhookSecretValue(input.VersionStage);
        return this.secretBinary === undefined
          ? { ARN: SECRET_ARN, SecretString: this.secret }
          : { ARN: SECRET_ARN, SecretBinary: this.secretBinary };
      case 'PutSecretValue':
        this.secret = String(input.SecretString);
        return { ARN: SECRET_ARN };
      default: {
        const answer = this.stepFunctions.answer(call, input);
        if (answer === undefined) throw new Error(`unexpected call ${call}`);
        return answer;
      }
    }
  }

  private functionUrl(name: string): object {
    const FunctionUrl = this.functionUrls[name];
    if (FunctionUrl === undefined) throw new AwsError('ResourceNotFoundException', 'The resource does not exist', 404);
    return { FunctionUrl };
  }

  private webhookSecretValue(stage: unknown): object {
    const version = this.webhookSecret[stage as 'AWSCURRENT' | 'AWSPREVIOUS'];
    if (version === undefined) throw new AwsError('ResourceNotFoundException');
    return { ARN: WEBHOOK_SECRET_ARN, SecretString: version.value, CreatedDate: version.createdAt.getTime() / 1000 };
  }

  private putEvents({ Entries }: { readonly Entries: readonly Json[] }): object {
    if (this.isBusFull) return { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] };
    this.busEntries.push(...Entries);
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'event' })) };
  }
}

function readCall({ headers, url = '' }: IncomingMessage): string {
  if (url.endsWith('/url')) return 'GetFunctionUrlConfig';
  if (url.includes('/functions/')) return 'GetFunctionConfiguration';
  return String(headers['x-amz-target']).split('.').at(-1) ?? '';
}

/** What Lambda's requests have in their path. */
function pathOf({ url = '' }: IncomingMessage): Json {
  const [, FunctionName] = /\/functions\/([^/]+)\//.exec(url) ?? [];
  return FunctionName === undefined ? {} : { FunctionName: decodeURIComponent(FunctionName) };
}

function failure({ status, type, message = type }: { status: number; type: string; message?: string }) {
  return { status, body: { __type: type, message } };
}

function record({ events }: Execution, details: object, timestamp: number): void {
  events.push({ id: events.length + 1, timestamp: timestamp / 1000, ...details });
}

function recordEngineEvent(execution: Execution, event: HistoryEvent): void {
  // The engine runs on after an abort; the history does not show it.
  if (execution.status !== 'RUNNING') return;
  const details = asStepFunctionsEvent(event);
  if (details === undefined) return;
  record(execution, details, event.timestamp);
  const stopDate = event.timestamp / 1000;
  if (event.type === 'ExecutionSucceeded') Object.assign(execution, { status: 'SUCCEEDED', stopDate });
  if (event.type === 'ExecutionFailed') {
    Object.assign(execution, { status: 'FAILED', error: event.Error, cause: event.Cause, stopDate });
  }
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
