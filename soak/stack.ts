import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Installation, Subscriber } from '../e2e/installation';
import { DEPLOYMENT_TRIGGERED, EXECUTION_STATUS_CHANGE } from '../lib/contract/events';
import { executionArn, executionName } from '../lib/contract/execution-name';
import type { StackOutputs } from '../lib/contract/stack-outputs';
import { seededRandom } from '../test/support/hostile-random';
import { FailingApi } from './flightcontrol';
import type { PlannedWatch } from './plan';
import type { SoakResult } from './report';

const run = promisify(execFile);

const KEY = `fc_soak_${randomBytes(8).toString('hex')}`;

const PACING = { pendingSeconds: 1, preparingSeconds: 1, buildingSeconds: 1, deployingSeconds: 2, lingerSeconds: 10 };

/** For a deployment that never ends. */
const SHORTEST_LIMIT_MINUTES = 1;

/** An execution that still runs then is reported. */
const LONGEST_WATCH_SECONDS = 240;

/** Watches all deployments through a stack of its own, some at once. */
export async function soakStack(watches: readonly PlannedWatch[], atOnce: number, seed: number): Promise<SoakResult> {
  const installation = new Installation(`FlightwatchSoak${randomBytes(4).toString('hex')}`);
  const subscriber = new Subscriber();
  const api = new FailingApi(watches, KEY, seededRandom(seed));
  try {
    const outputs = await installation.deploy(await api.start(), { pacing: JSON.stringify(PACING) });
    await subscriber.subscribe(installation.name, outputs.NotificationTopicArn);
    const { ApiKeySecretArn: SecretId } = outputs;
    await new SecretsManagerClient().send(new PutSecretValueCommand({ SecretId, SecretString: KEY }));
    const startedAt = performance.now();
    const soak = new StackSoak(outputs);
    await soak.watchAll(watches, atOnce);
    await soak.sweep(installation.name);
    await receiveAll(subscriber, watches.length);
    const leaks = subscriber.notifications.filter(({ text }) => text.includes(KEY));
    return {
      watches,
      records: subscriber.notifications.map(({ record }) => record),
      problems: [...soak.problems, ...leaks.map(({ subject }) => `the API key is in a notification: ${subject}`)],
      executions: await soak.countExecutions(),
      requests: api.requests,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await subscriber.remove();
    await installation.remove().catch((error: unknown) => console.error(`The stack stays: ${error}`));
    await api.close();
  }
}

/** Until there are all of them, or no more come. */
async function receiveAll(subscriber: Subscriber, count: number): Promise<void> {
  for (let before = -1; before < subscriber.notifications.length && subscriber.notifications.length < count; ) {
    before = subscriber.notifications.length;
    await subscriber.receive(count);
  }
}

class StackSoak {
  readonly problems: string[] = [];
  private readonly stepFunctions = new SFNClient();
  private readonly eventBridge = new EventBridgeClient();
  private done = 0;

  constructor(private readonly outputs: StackOutputs) {}

  async watchAll(watches: readonly PlannedWatch[], atOnce: number): Promise<void> {
    const waiting = [...watches];
    const work = async () => {
      for (let watch = waiting.shift(); watch !== undefined; watch = waiting.shift()) {
        await this.watch(watch).catch((error: unknown) => this.problems.push(`${watch?.deploymentId}: ${error}`));
        this.done += 1;
        if (this.done % 50 === 0) console.error(`${this.done} of ${watches.length}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  /** What finds the watches whose events were lost; in AWS it runs every hour. */
  async sweep(stackName: string): Promise<void> {
    const lambda = new LambdaClient();
    const names: string[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
      names.push(...Functions.map(({ FunctionName = '' }) => FunctionName));
    }
    const FunctionName = names.find((name) => name.startsWith(stackName) && /Sweep/.test(name));
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
    if (FunctionError) this.problems.push(`the sweep: ${Buffer.from(Payload ?? []).toString()}`);
  }

  async countExecutions(): Promise<number> {
    const { StateMachineArn: stateMachineArn } = this.outputs;
    let count = 0;
    for await (const { executions = [] } of paginateListExecutions(
      { client: this.stepFunctions },
      { stateMachineArn },
    )) {
      count += executions.length;
    }
    return count;
  }

  private async watch(watch: PlannedWatch): Promise<void> {
    await Promise.all(Array.from({ length: watch.announcements }, () => this.announce(watch)));
    const arn = executionArn(this.outputs.StateMachineArn, executionName(watch.deploymentId, 1));
    if (watch.aborted) await this.abort(arn);
    const end = await this.waitForEnd(arn);
    if (end.status !== 'SUCCEEDED') await this.deliverEnd(end, watch.deliveries);
  }

  private async announce({ way, deploymentId, finalStatus, aborted }: PlannedWatch): Promise<void> {
    const limit = finalStatus === null && !aborted ? { timeoutMinutes: SHORTEST_LIMIT_MINUTES } : {};
    const input = { deploymentId, ...limit };
    if (way === 'event') return this.putEvents([{ ...DEPLOYMENT_TRIGGERED, detail: input }]);
    if (way === 'start-execution') return this.startExecution(input);
    const options = ['--state-machine-arn', this.outputs.StateMachineArn];
    const minutes = 'timeoutMinutes' in limit ? ['--timeout-minutes', String(SHORTEST_LIMIT_MINUTES)] : [];
    await run(process.execPath, ['dist/bin/flightwatch.js', 'start', deploymentId, ...options, ...minutes]);
  }

  private async startExecution(input: { readonly deploymentId: string }): Promise<void> {
    const start = { stateMachineArn: this.outputs.StateMachineArn, name: executionName(input.deploymentId, 1) };
    try {
      await this.stepFunctions.send(new StartExecutionCommand({ ...start, input: JSON.stringify(input) }));
    } catch (error) {
      if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
    }
  }

  private async abort(arn: string): Promise<void> {
    await this.waitFor(arn, ({ status }) => status !== undefined);
    await sleep(2000);
    await this.stepFunctions.send(new StopExecutionCommand({ executionArn: arn, cause: 'the soak aborts it' }));
  }

  private waitForEnd(arn: string): Promise<DescribeExecutionCommandOutput> {
    return this.waitFor(arn, ({ status }) => status !== 'RUNNING');
  }

  private async waitFor(
    executionArn: string,
    isReached: (execution: DescribeExecutionCommandOutput) => boolean,
  ): Promise<DescribeExecutionCommandOutput> {
    const deadline = Date.now() + LONGEST_WATCH_SECONDS * 1000;
    while (Date.now() < deadline) {
      try {
        const execution = await this.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
        if (isReached(execution)) return execution;
      } catch (error) {
        // An event takes a moment to start it.
        if ((error as Error).name !== 'ExecutionDoesNotExist') throw error;
      }
      await sleep(1000);
    }
    throw new Error(`not there, or still running, after ${LONGEST_WATCH_SECONDS} s`);
  }

  /** An emulator does not send the event that AWS sends. */
  private async deliverEnd(end: DescribeExecutionCommandOutput, deliveries: number): Promise<void> {
    const { executionArn: arn, stateMachineArn, name, status, startDate, stopDate, error, cause, input } = end;
    const times = { startDate: startDate?.getTime(), stopDate: stopDate?.getTime() };
    const detail = {
      executionArn: arn,
      stateMachineArn,
      name,
      status,
      input,
      error: error ?? null,
      cause: cause ?? null,
    };
    const event = { ...EXECUTION_STATUS_CHANGE, detail: { ...detail, ...times } };
    if (deliveries > 0) await this.putEvents(Array.from({ length: deliveries }, () => event));
  }

  private async putEvents(events: readonly { source: string; detailType: string; detail: object }[]): Promise<void> {
    const Entries = events.map(({ source: Source, detailType: DetailType, detail }) => {
      return { Source, DetailType, Detail: JSON.stringify(detail) };
    });
    const { FailedEntryCount } = await this.eventBridge.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount) throw new Error(`${FailedEntryCount} of ${events.length} events were refused`);
  }
}
