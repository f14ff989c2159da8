import { SFNClient } from '@aws-sdk/client-sfn';
import { handler as report } from '../../lambda/report-broken-watch';
import { handler as start } from '../../lambda/start-watch';
import { handler as sweep } from '../../lambda/sweep-watches';
import { reportEnvironment, startEnvironment } from '../../lib/contract/environment';
import { STATES } from '../../lib/contract/states';
import { InMemoryStepFunctions } from '../support/hostile-aws';
import { KillableCall } from '../support/hostile-lambda';
import { NOTIFICATIONS } from '../support/notifications';
import {
  type Execution,
  endedExecution,
  executionArn,
  StepFunctions,
  stateMachineArn,
  STATE_MACHINE_ARN as WATCHES,
} from '../support/step-functions';

const REPORTS = stateMachineArn('reports');

let aws: InMemoryStepFunctions;

beforeAll(() => {
  Object.assign(process.env, {
    ...startEnvironment.encode({ stateMachineArn: WATCHES }),
    ...reportEnvironment.encode({ watchStateMachineArn: WATCHES, reportStateMachineArn: REPORTS }),
    AWS_REGION: 'us-east-1',
  });
});
beforeEach(() => {
  jest.spyOn(SFNClient.prototype, 'send').mockImplementation(((command: never) => aws.send(command)) as never);
  for (const method of ['info', 'warn', 'log'] as const) jest.spyOn(console, method).mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

function alive(): KillableCall {
  return new KillableCall(Number.POSITIVE_INFINITY, '');
}

/** A world in which these watches are known. */
function arrange(watches: Readonly<Record<string, Execution>> = {}): void {
  const service = new StepFunctions();
  service.stateMachines = [WATCHES, REPORTS];
  for (const [name, execution] of Object.entries(watches)) service.executionsOf(WATCHES).set(name, execution);
  aws = new InMemoryStepFunctions(service);
}

interface Crash {
  readonly arrange: () => void;
  readonly invoke: () => Promise<void>;
  /** What happens between the crash and the retry. */
  readonly meanwhile?: () => void;
  readonly check: () => void;
}

/** Kills a function before and behind each of its calls of AWS in turn, and runs it again, as Lambda does. */
async function crashEverywhere(crash: Crash): Promise<number> {
  for (let point = 0; ; point += 1) {
    crash.arrange();
    const call = new KillableCall(point, 'Runtime.ExitError');
    aws.caller = call;
    const survived = await Promise.race([crash.invoke().then(() => true), call.death.catch(() => false)]);
    aws.caller = alive();
    if (!survived) {
      crash.meanwhile?.();
      await crash.invoke();
    }
    crash.check();
    if (survived) return point;
  }
}

function names(stateMachine: string): string[] {
  return [...aws.service.executionsOf(stateMachine).keys()].sort();
}

function ended(status: string, error?: string): Execution {
  const look = { outcome: 'IN_PROGRESS', status: 'BUILDING', services: [], deployment: null, notification: null };
  return endedExecution([[STATES.poll, look]], { status, error, input: '{"deploymentId":"clx1","eventId":"earlier"}' });
}

describe('the function that starts watches', () => {
  const invoke = () => start({ id: 'event-1', detail: { deploymentId: 'clx1' } });
  const running = { ...ended('RUNNING'), status: 'RUNNING' };

  test.each<[string, Record<string, Execution>, string[]]>([
    ['of a new deployment', {}, ['clx1-1']],
    ['of one that is watched', { 'clx1-1': running }, ['clx1-1']],
    ['of one that has a verdict', { 'clx1-1': ended('FAILED', 'DeploymentFailed') }, ['clx1-1']],
    ['of one whose watch timed out', { 'clx1-1': ended('FAILED', 'WatchTimedOut') }, ['clx1-1', 'clx1-2']],
    ['of one whose watch was aborted', { 'clx1-1': ended('ABORTED') }, ['clx1-1', 'clx1-2']],
  ])('%s is killed anywhere: one watch', async (_, watches, expected) => {
    const points = await crashEverywhere({
      arrange: () => arrange(structuredClone(watches)),
      invoke,
      check: () => expect(names(WATCHES)).toEqual(expected),
    });

    expect(points).toBeGreaterThan(1);
  });

  test.each<[string, Record<string, Execution>, string[]]>([
    ['a new deployment', {}, ['clx1-1']],
    ['one whose watch timed out', { 'clx1-1': ended('FAILED', 'WatchTimedOut') }, ['clx1-1', 'clx1-2']],
  ])('%s is not watched twice if its watch fails before the retry', async (_, watches, expected) => {
    await crashEverywhere({
      arrange: () => arrange(structuredClone(watches)),
      invoke,
      meanwhile: () => {
        for (const execution of aws.service.executionsOf(WATCHES).values()) {
          if (execution.status === 'RUNNING') Object.assign(execution, { status: 'FAILED', error: 'WatchFailed' });
        }
      },
      check: () => expect(names(WATCHES)).toEqual(expected),
    });
  });

  test('of an event without a usable id is killed anywhere: one watch, which says so', async () => {
    await crashEverywhere({
      arrange,
      invoke: () => start({ id: 'event-1', detail: { deploymentId: 'a/b' } }),
      check: () => expect(names(WATCHES)).toEqual(['event-event-1']),
    });
  });
});

function statusChange(name: string, { status, error, startDate = 0, stopDate = 0 }: Execution) {
  const times = { startDate: startDate * 1000, stopDate: stopDate * 1000 };
  const arns = { executionArn: executionArn(WATCHES, name), stateMachineArn: WATCHES };
  return { detail: { ...arns, name, status, error: error ?? null, cause: null, ...times } };
}

const FOUND = {
  outcome: 'FAILED',
  status: 'BUILD_ERROR',
  services: [],
  deployment: null,
  notification: NOTIFICATIONS.FAILED,
};

const BROKEN: Readonly<Record<string, Execution>> = {
  'clx1-1': ended('ABORTED'),
  'clx2-1': ended('FAILED', 'States.Runtime'),
  'clx3-1': ended('TIMED_OUT'),
  'clx4-1': endedExecution([[STATES.poll, FOUND]]),
};
const WELL: Readonly<Record<string, Execution>> = {
  'clx5-1': ended('FAILED', 'DeploymentFailed'),
  'clx6-1': endedExecution([
    [STATES.poll, FOUND],
    [STATES.notifyFailure, FOUND],
  ]),
  'clx7-1': endedExecution([
    [STATES.poll, FOUND],
    [STATES.notifyFailure, FOUND],
    [STATES.sendFailure, FOUND],
  ]),
};
const ALL = { ...BROKEN, ...WELL };

function arrangeAll(): void {
  arrange(structuredClone(ALL));
}

describe('the functions that report broken watches', () => {
  test.each(Object.entries(ALL))(
    'the event of %s: killed anywhere, it is reported once if it is broken',
    async (name, execution) => {
      await crashEverywhere({
        arrange: arrangeAll,
        invoke: () => report(statusChange(name, execution)),
        check: () => expect(names(REPORTS)).toEqual(name in BROKEN ? [name] : []),
      });
    },
  );

  test('the sweep: killed anywhere, the next one reports what is left, and each watch is reported once', async () => {
    const points = await crashEverywhere({
      arrange: arrangeAll,
      invoke: sweep,
      check: () => expect(names(REPORTS)).toEqual(Object.keys(BROKEN)),
    });

    expect(points).toBeGreaterThan(20);
  });

  test('the sweep and the event at the same time, both killed anywhere: one report', async () => {
    const event = statusChange('clx1-1', ALL['clx1-1'] as Execution);
    await crashEverywhere({
      arrange: () => arrange({ 'clx1-1': ended('ABORTED') }),
      invoke: async () => {
        await Promise.all([report(event), sweep()]);
      },
      check: () => expect(names(REPORTS)).toEqual(['clx1-1']),
    });
  });
});
