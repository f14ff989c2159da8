import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import validate from 'asl-validator';
import { App, type CfnElement, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { ReleasePipeline } from '../examples/nested-workflow/release-pipeline';
import { ReleaseWorkflow } from '../examples/nested-workflow/release-workflow';
import { WatchDeployment } from '../examples/nested-workflow/watch-deployment';
import { DeploymentMonitor } from '../lib/constructs/deployment-monitor';
import type { Outcome } from '../lib/contract/outcomes';
import { LONGEST_WATCH_MINUTES } from '../lib/contract/time-limit';
import type { LocalExecution } from '../lib/local/engine';
import { resolveText } from '../lib/local/template';
import { MAX_HISTORY_EVENTS } from './support/hostile-step-functions';
import { endWatch, NestedWorkflow } from './support/nested-workflow';
import { type Execution, executionArn, STATE_MACHINE_ARN } from './support/step-functions';
import { type Run, type WorldOptions, watch } from './support/world';

const stack = new Stack(new App(), 'Release');
const monitor = DeploymentMonitor.fromStateMachineArn(stack, 'Flightwatch', STATE_MACHINE_ARN);
const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:deploy-hook-a1b2c3';
const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const pipeline = new ReleasePipeline(stack, 'Pipeline', {
  monitor,
  deployHookUrl: Secret.fromSecretAttributes(stack, 'DeployHookUrl', {
    secretCompleteArn: SECRET_ARN,
    encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
  }),
  repository: { owner: 'acme', name: 'shop', branch: 'main' },
  connectionArn: 'arn:aws:codeconnections:us-east-1:123456789012:connection/1',
});
const release = new ReleaseWorkflow(stack, 'Workflow', {
  monitor,
  tests: StateMachine.fromStateMachineName(stack, 'Tests', 'end-to-end-tests'),
  decisions: new Topic(stack, 'Decisions'),
});
const template = Template.fromStack(stack);

/** The small state machine that CodePipeline starts: the step, and nothing else. */
const STEP = definitionOf(pipeline.stateMachine);
const RELEASE = definitionOf(release.stateMachine);

function definitionOf({ node }: StateMachine): StateMachineDefinition {
  const logicalId = stack.getLogicalId(node.defaultChild as CfnElement);
  const { DefinitionString } = template.findResources('AWS::StepFunctions::StateMachine')[logicalId]?.Properties ?? {};
  return JSON.parse(resolveText(DefinitionString, (id) => `<${id}>`));
}

const OWN_INPUT = {
  deploymentId: 'clx1',
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn:aws:states:us-east-1:123456789012:execution:release:1',
};
/** As `flightwatch start` and as the event start a watch. */
const BY_COMMAND = { deploymentId: 'clx1' };
const BY_EVENT = { deploymentId: 'clx1', eventId: '2f1c' };

/** How the watch ends if its notification cannot be published: its cause is the record. */
function unpublished(outcome: Outcome): LocalExecution {
  const cause = runOf(outcome).notifications[0];
  return { status: 'FAILED', error: 'NotificationFailed', cause: JSON.stringify(cause) };
}

const SCRIPTS: Readonly<Record<Outcome, Partial<WorldOptions>>> = {
  SUCCEEDED: { script: ['BUILDING', 'SUCCESS'] },
  FAILED: { script: ['BUILDING', 'BUILD_ERROR'] },
  CANCELLED: { script: ['BUILDING', 'CANCELLED'] },
  TIMED_OUT: { script: ['BUILDING'], settings: { timeoutMinutes: 1 } },
  WATCH_FAILED: { script: [{ status: 401, json: {} }] },
};
const OUTCOMES = Object.keys(SCRIPTS) as Outcome[];
const VERDICTS = ['SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
const INCONCLUSIVE = ['TIMED_OUT', 'WATCH_FAILED'] as const;

/** Real watches, with the input that this workflow gives them. */
const runs = new Map<Outcome, Run>();

beforeAll(async () => {
  for (const [outcome, options] of Object.entries(SCRIPTS)) {
    runs.set(outcome as Outcome, await watch({ script: [], input: OWN_INPUT, ...options }));
  }
});

function runOf(outcome: Outcome): Run {
  const run = runs.get(outcome);
  if (run === undefined) throw new Error(`expected a watch that ended as ${outcome}`);
  return run;
}

/** A workflow whose own watches end with this outcome. */
class World extends NestedWorkflow {
  /** What subscribers are told. */
  readonly told: Outcome[] = [];

  constructor(outcome: Outcome = 'SUCCEEDED', definition = STEP, otherTasks = {}) {
    super(definition, otherTasks);
    this.stepFunctions.onStart = (_, { input }) => {
      if (input === JSON.stringify(OWN_INPUT)) this.endLater(outcome);
    };
  }

  /** Ends a watch as its definition does, with its notification. */
  end(execution: Execution, outcome: Outcome): void {
    const { notifications, execution: ended } = runOf(outcome);
    this.told.push(...notifications.map((record) => record.outcome));
    endWatch(execution, ended);
  }

  /** A watch that ended before the workflow began. */
  ended(name: string, end: Outcome | LocalExecution, input: object = BY_EVENT): void {
    const execution = this.startWatch(name, input);
    if (typeof end === 'string') this.end(execution, end);
    else endWatch(execution, end);
  }

  endLater(outcome: Outcome): void {
    setImmediate(() => {
      for (const execution of this.watches.values()) {
        if (execution.status === 'RUNNING') this.end(execution, outcome);
      }
    });
  }

  get names(): string[] {
    return [...this.watches.keys()];
  }
}

/** How the workflow goes on by the outcome of a watch. */
function expectedEnd(outcome: Outcome): object {
  const { reason: cause } = runOf(outcome).notifications[0] ?? {};
  if (outcome === 'SUCCEEDED') return { status: 'SUCCEEDED', output: { watch: { record: { outcome } } } };
  if (outcome === 'FAILED') return { status: 'FAILED', error: 'DeploymentFailed', cause };
  if (outcome === 'CANCELLED') return { status: 'FAILED', error: 'DeploymentCancelled', cause };
  return { status: 'FAILED', error: 'NoVerdict', cause };
}

describe('a deployment that nobody watches', () => {
  test.each(OUTCOMES)('%s: is watched once, and the workflow goes on by that', async (outcome) => {
    const world = new World(outcome);

    const run = await world.run(BY_COMMAND);

    expect(run).toMatchObject(expectedEnd(outcome));
    expect(world.names).toEqual(['clx1-1']);
    expect(world.told).toEqual([outcome]);
  });

  test('the watch gets the id and the execution that started it', async () => {
    const world = new World();

    await world.run({ deploymentId: 'clx1', commit: '01e573f' });

    expect(JSON.parse(world.watches.get('clx1-1')?.input ?? '')).toEqual(OWN_INPUT);
  });

  test('the input of the workflow stays as it is beside the watch', async () => {
    const { output } = await new World().run({ deploymentId: 'clx1', commit: '01e573f', watch: 'mine' });

    expect(output).toEqual({
      deploymentId: 'clx1',
      commit: '01e573f',
      watch: {
        status: 'SUCCEEDED',
        executionArn: executionArn(STATE_MACHINE_ARN, 'clx1-1'),
        record: runOf('SUCCEEDED').execution.output,
      },
    });
  });
});

describe('a deployment that is being watched', () => {
  test.each(OUTCOMES)('%s: the workflow waits for that watch, and no other is started', async (outcome) => {
    const world = new World();
    const earlier = world.startWatch('clx1-1', BY_EVENT);
    world.onDescribe = (_, look) => {
      if (look === 3) world.end(earlier, outcome);
    };

    const run = await world.run(BY_COMMAND);

    expect(run).toMatchObject(expectedEnd(outcome));
    expect(run.states.filter((name) => name === 'Wait For Watch')).toHaveLength(2);
    expect(world.names).toEqual(['clx1-1']);
    expect(world.told).toEqual([outcome]);
  });

  test('a watch of the command line is joined like one of an event: the workflow does not own it', async () => {
    const world = new World();
    const earlier = world.startWatch('clx1-1', BY_COMMAND);
    world.onDescribe = () => world.end(earlier, 'SUCCEEDED');

    const run = await world.run(BY_COMMAND);

    expect(run.status).toBe('SUCCEEDED');
    expect(run.states).toContain('Describe Earlier Watch');
    expect(world.names).toEqual(['clx1-1']);
  });

  test('aborted meanwhile by a person: no verdict, with what that person said', async () => {
    const world = new World();
    const earlier = world.startWatch('clx1-1', BY_EVENT);
    world.onDescribe = (_, look) => {
      if (look === 2) endWatch(earlier, { status: 'ABORTED', error: 'WatchStopped', cause: 'Stopped by Ada' });
    };

    expect(await world.run(BY_COMMAND)).toMatchObject({ error: 'NoVerdict', cause: 'Stopped by Ada' });
    expect(world.names).toEqual(['clx1-1']);
  });
});

describe('a deployment that has been watched', () => {
  test.each(VERDICTS)('to the verdict %s: the workflow uses it, and nobody is told again', async (outcome) => {
    const world = new World();
    world.ended('clx1-1', outcome);

    const run = await world.run(BY_COMMAND);

    expect(run).toMatchObject(expectedEnd(outcome));
    expect(world.names).toEqual(['clx1-1']);
    expect(world.told).toEqual([outcome]);
  });

  test('to a verdict without a reason: it is the verdict all the same', async () => {
    const world = new World();
    world.ended('clx1-1', { status: 'FAILED', error: 'DeploymentFailed' });

    const run = await world.run(BY_COMMAND);

    expect(run).toMatchObject({ error: 'DeploymentFailed', cause: expect.stringContaining('gave no reason') });
    expect(world.names).toEqual(['clx1-1']);
  });

  const LEFT_OPEN: readonly (readonly [string, Outcome | LocalExecution])[] = [
    ...INCONCLUSIVE.map((outcome) => [outcome, outcome] as const),
    ['no notification', { status: 'FAILED', error: 'NotificationFailed', cause: 'Denied.' }],
    ['broken', { status: 'FAILED', error: 'States.Runtime', cause: 'The execution broke.' }],
    ['aborted', { status: 'ABORTED' }],
    ['aborted with the error of a verdict', { status: 'ABORTED', error: 'DeploymentFailed', cause: 'By hand' }],
    ['aborted without a cause', { status: 'ABORTED', error: 'DeploymentFailed' }],
    ['its time-out', { status: 'TIMED_OUT' }],
  ];

  test.each(LEFT_OPEN)('%s: it is watched afresh, under the next name', async (_, end) => {
    const world = new World();
    world.ended('clx1-1', end);

    const run = await world.run(BY_COMMAND);

    expect(run).toMatchObject(expectedEnd('SUCCEEDED'));
    expect(world.names).toEqual(['clx1-1', 'clx1-2']);
  });

  test('twice without a verdict: the third watch is started', async () => {
    const world = new World('FAILED');
    world.ended('clx1-1', 'TIMED_OUT');
    world.ended('clx1-2', 'WATCH_FAILED');

    expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd('FAILED'));
    expect(world.names).toEqual(['clx1-1', 'clx1-2', 'clx1-3']);
    expect(world.told).toEqual(['TIMED_OUT', 'WATCH_FAILED', 'FAILED']);
  });

  test('once without a verdict, and watched again: the second watch is joined', async () => {
    const world = new World();
    world.ended('clx1-1', 'TIMED_OUT');
    const second = world.startWatch('clx1-2', BY_EVENT);
    world.onDescribe = (_, look) => {
      if (look === 3) world.end(second, 'CANCELLED');
    };

    expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd('CANCELLED'));
    expect(world.names).toEqual(['clx1-1', 'clx1-2']);
    expect(world.told).toEqual(['TIMED_OUT', 'CANCELLED']);
  });
});

describe('a watch of the workflow that breaks', () => {
  const endedAs = (status: string) =>
    `The watch ended as ${status} without saying how the deployment finished. Look at its notification.`;
  const ENDS: readonly [string, LocalExecution, string][] = [
    ['aborted in the console', { status: 'ABORTED' }, endedAs('ABORTED')],
    ['aborted with an error alone', { status: 'ABORTED', error: 'WatchStopped' }, endedAs('ABORTED')],
    ['aborted with a cause alone', { status: 'ABORTED', cause: 'By hand' }, 'By hand'],
    ['its time-out', { status: 'TIMED_OUT' }, endedAs('TIMED_OUT')],
    ['broken without a word', { status: 'FAILED' }, endedAs('FAILED')],
    ['an error of Step Functions', { status: 'FAILED', error: 'States.Runtime', cause: 'No such path.' }, 'No such'],
    ['no notification, and no record', { status: 'FAILED', error: 'NotificationFailed', cause: 'Denied.' }, 'Denied.'],
    [
      'no notification, and a record without a reason',
      { status: 'FAILED', error: 'NotificationFailed', cause: '{"version":1,"outcome":"FAILED"}' },
      endedAs('FAILED'),
    ],
  ];

  test.each(ENDS)('%s: no verdict, and no second watch', async (_, end, cause) => {
    const world = new World();
    world.stepFunctions.onStart = (__, execution) => setImmediate(() => endWatch(execution, end));

    const run = await world.run(BY_COMMAND);

    expect(run).toMatchObject({ status: 'FAILED', error: 'NoVerdict', cause: expect.stringContaining(cause) });
    expect(world.names).toEqual(['clx1-1']);
  });

  test.each(OUTCOMES)('%s, but not published: the workflow goes on by the record', async (outcome) => {
    const world = new World();
    world.stepFunctions.onStart = (_, execution) => setImmediate(() => endWatch(execution, unpublished(outcome)));

    expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd(outcome));
    expect(world.names).toEqual(['clx1-1']);
  });

  test('a success that was not published: the next state gets the same as after a notification', async () => {
    const world = new World();
    world.stepFunctions.onStart = (_, execution) => setImmediate(() => endWatch(execution, unpublished('SUCCEEDED')));

    const { output } = await world.run(BY_COMMAND);

    expect(output?.watch).toEqual({
      status: 'SUCCEEDED',
      executionArn: executionArn(STATE_MACHINE_ARN, 'clx1-1'),
      record: runOf('SUCCEEDED').execution.output,
    });
  });
});

describe('problems of the API', () => {
  test.each([
    'StepFunctions.SdkClientException',
    'StepFunctions.AWSStepFunctionsException',
    'StepFunctions.ThrottlingException',
    'StepFunctions.ExecutionLimitExceededException',
  ])('the start is repeated after %s', async (error) => {
    const world = new World();
    world.startErrors.push(error, error);

    expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd('SUCCEEDED'));
    expect(world.names).toEqual(['clx1-1']);
  });

  test('a start whose answer was lost is repeated, and waits for the watch that it started', async () => {
    const world = new World();
    world.startWatchLater('clx1-1', OWN_INPUT);
    world.startErrors.push('StepFunctions.SdkClientException');

    expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd('SUCCEEDED'));
    expect(world.names).toEqual(['clx1-1']);
    expect(world.told).toEqual(['SUCCEEDED']);
  });

  test('a watch that goes on although its task failed is waited for', async () => {
    const world = new World();
    world.stepFunctions.onStart = () => {};
    const own = world.startWatchLater('clx1-1', OWN_INPUT);
    world.startErrors.push('States.Timeout');
    world.onDescribe = (_, look) => {
      if (look === 2) world.end(own, 'FAILED');
    };

    expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd('FAILED'));
    expect(world.names).toEqual(['clx1-1']);
  });

  test('a start that is refused is no verdict, and says why', async () => {
    const world = new World();
    world.startErrors.push('StepFunctions.StateMachineDoesNotExistException');

    expect(await world.run(BY_COMMAND)).toMatchObject({
      error: 'NoVerdict',
      cause: 'StepFunctions.StateMachineDoesNotExistException: as AWS says it',
    });
    expect(world.names).toEqual([]);
  });

  test('a watch whose start was not answered, and that ended without a verdict since: that counts', async () => {
    const world = new World();
    endWatch(world.startWatchLater('clx1-1', OWN_INPUT), runOf('WATCH_FAILED').execution);
    world.startErrors.push('StepFunctions.SdkClientException');

    expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd('WATCH_FAILED'));
    expect(world.names).toEqual(['clx1-1']);
  });

  describe('a start that is denied', () => {
    const DENIED = 'StepFunctions.AWSStepFunctionsException';
    const NO_START = { error: 'NoVerdict', cause: `${DENIED}: as AWS says it` };
    const deny = () => {
      const world = new World();
      world.startErrors.push(...Array(7).fill(DENIED));
      return world;
    };

    test('is repeated six times, which takes a minute and a half at most', async () => {
      const world = deny();

      expect(await world.run(BY_COMMAND)).toMatchObject(NO_START);
      expect(world.startErrors).toEqual([]);
      expect(longestWait(STEP, 'Watch Deployment', DENIED)).toBe(90);
    });

    test.each(INCONCLUSIVE)('is the reason, not an older watch that ended as %s', async (outcome) => {
      const world = deny();
      world.ended('clx1-1', outcome);

      expect(await world.run(BY_COMMAND)).toMatchObject(NO_START);
    });

    test.each(VERDICTS)('goes on by the verdict %s if there is one', async (outcome) => {
      const world = deny();
      world.ended('clx1-1', outcome);

      expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd(outcome));
    });

    test('joins a watch that is running', async () => {
      const world = deny();
      const earlier = world.startWatch('clx1-1', BY_EVENT);
      world.onDescribe = (_, look) => {
        if (look === 3) world.end(earlier, 'FAILED');
      };

      expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd('FAILED'));
    });

    test.each(['Sfn.SfnException', 'Sfn.AccessDeniedException'])(
      'is the reason, not %s of the description',
      async (error) => {
        const world = deny();
        world.ended('clx1-1', 'SUCCEEDED');
        world.describeErrors.push(...Array(7).fill(error));

        expect(await world.run(BY_COMMAND)).toMatchObject(NO_START);
      },
    );
  });

  test('a start that fails without a cause: the error is the reason', async () => {
    const world = new World();
    world.startErrors.push(Object.assign(new Error(), { name: 'States.Timeout', message: undefined }));

    expect(await world.run(BY_COMMAND)).toMatchObject({
      error: 'NoVerdict',
      cause: 'The watch could not be started or followed: States.Timeout, without a reason.',
    });
  });

  test('the descriptions are repeated, and a workflow that may not read them says so', async () => {
    const throttled = new World();
    throttled.ended('clx1-1', 'SUCCEEDED');
    throttled.describeErrors.push(...Array(6).fill('Sfn.SfnException'));
    const denied = new World();
    denied.ended('clx1-1', 'SUCCEEDED');
    denied.describeErrors.push('Sfn.AccessDeniedException');

    expect(await throttled.run(BY_COMMAND)).toMatchObject(expectedEnd('SUCCEEDED'));
    expect(longestWait(STEP, 'Describe Earlier Watch', 'States.ALL')).toBe(90);
    expect(await denied.run(BY_COMMAND)).toMatchObject({
      error: 'NoVerdict',
      cause: 'Sfn.AccessDeniedException: as AWS says it',
    });
  });

  test('an execution that is not known everywhere yet is looked for again', async () => {
    const world = new World();
    world.ended('clx1-1', 'SUCCEEDED');
    world.describeErrors.push('Sfn.ExecutionDoesNotExistException');

    expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd('SUCCEEDED'));
  });
});

describe('a wrong input', () => {
  const INVALID = {
    status: 'FAILED',
    error: 'InvalidDeploymentId',
    cause: expect.stringContaining('must have the field deploymentId'),
  };

  test.each([[{}], [{ deploymentId: 7 }], [{ deploymentId: '' }], [{ deploymentId: null }], ['clx1'], [[]]])(
    '%j: fails with what is missing',
    async (input) => {
      const world = new World();

      expect(await world.run(input)).toMatchObject(INVALID);
      expect(world.names).toEqual([]);
    },
  );

  const HOOK = 'https://api.flightcontrol.dev/api/v1/hooks/SECRET';

  test.each(
    [HOOK, `${HOOK}?force=1`, 'SECRET', 'ada@SECRET', 'SECRET.jwt', 'SECRET 1', 'SECRET?', 'SECRET\u00e9'].map((id) => [
      id,
    ]),
  )('%s is no id: it is not repeated, and nobody is asked', async (id) => {
    const asked: unknown[] = [];
    const ask = async (input: unknown) => asked.push(input);
    const world = new World('SUCCEEDED', RELEASE, { 'Run Tests': ask, 'Ask Somebody': ask });
    if (id === 'SECRET') world.startErrors.push('StepFunctions.InvalidNameException');

    const run = await world.run({ deploymentId: id });

    expect(run).toMatchObject(INVALID);
    expect(JSON.stringify(run)).not.toContain('SECRET');
    expect(asked).toEqual([]);
    expect(world.names).toEqual([]);
  });

  test('an address does not even become the name of a watch', async () => {
    const { states } = await new World().run({ deploymentId: HOOK });

    expect(states).not.toContain('Watch Deployment');
  });

  test('79 characters, too many for a name: not repeated either', async () => {
    const run = await new World().run({ deploymentId: 'a'.repeat(79) });

    expect(run).toMatchObject(INVALID);
    expect(run.cause).not.toContain('aaa');
  });

  test('65 to 78 characters are a name, but no id: the watch itself says so', async () => {
    const world = new World();
    const refused = await watch({ script: [], input: { ...OWN_INPUT, deploymentId: 'a'.repeat(78) } });
    world.stepFunctions.onStart = (_, execution) => setImmediate(() => endWatch(execution, refused.execution));

    const run = await world.run({ deploymentId: 'a'.repeat(78) });

    expect(run).toMatchObject({ error: 'NoVerdict', cause: expect.stringContaining('1 to 64 of A-Z a-z 0-9 _ -') });
    expect(run.cause).not.toContain('a'.repeat(65));
  });

  test('null in place of an error and a cause is neither', async () => {
    const world = new World();
    const broken = { status: 'FAILED', error: null, cause: null } as unknown as LocalExecution;
    world.stepFunctions.onStart = (_, execution) => setImmediate(() => endWatch(execution, broken));

    expect(await world.run(BY_COMMAND)).toMatchObject({
      error: 'NoVerdict',
      cause: expect.stringContaining('The watch ended as FAILED'),
    });
  });
});

describe('the release workflow', () => {
  function releaseOf(outcome: Outcome) {
    const calls: [state: string, input: { readonly Message: string }][] = [];
    const task = (state: string) => async (input: { readonly Message: string }) => calls.push([state, input]);
    const world = new World(outcome, RELEASE, { 'Run Tests': task('tests'), 'Ask Somebody': task('question') });
    return { world, calls };
  }

  test('a success: the tests run', async () => {
    const { world, calls } = releaseOf('SUCCEEDED');

    expect(await world.run(BY_COMMAND)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls).toEqual([['tests', expect.objectContaining({ Input: OWN_INPUT })]]);
  });

  test('a failure: the workflow fails, without tests and without a question', async () => {
    const { world, calls } = releaseOf('FAILED');

    expect(await world.run(BY_COMMAND)).toMatchObject(expectedEnd('FAILED'));
    expect(calls).toEqual([]);
  });

  test('no verdict: somebody is asked, with the reason and the token for the answer, before the tests run', async () => {
    const { world, calls } = releaseOf('TIMED_OUT');

    expect(await world.run(BY_COMMAND)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls.map(([name]) => name)).toEqual(['question', 'tests']);
    const [[, { Message } = { Message: '' }] = []] = calls;
    const { reason } = runOf('TIMED_OUT').notifications[0] ?? {};
    expect(Message).toContain(`It is not known how deployment clx1 finished, or whether it has. ${reason}\n`);
    expect(Message.match(/--task-token token$/gm)).toHaveLength(2);
  });

  test('nobody answers: the workflow ends with what to do', async () => {
    const expire = async () => {
      throw Object.assign(new Error('expired'), { name: 'States.Timeout' });
    };

    expect(await new World('TIMED_OUT', RELEASE, { 'Ask Somebody': expire }).run(BY_COMMAND)).toMatchObject({
      error: 'NoDecision',
      cause: expect.stringContaining('Nobody said within 24 hours whether the deployment succeeded.'),
    });
  });

  test('the tests are started again if they were throttled, but not if they failed', async () => {
    const starts = (error: string) => {
      const errors = [error];
      const calls: unknown[] = [];
      const run = async (input: unknown) => {
        calls.push(input);
        const name = errors.shift();
        if (name) throw Object.assign(new Error('as AWS says it'), { name });
      };
      return { calls, world: new World('SUCCEEDED', RELEASE, { 'Run Tests': run }) };
    };
    const throttled = starts('StepFunctions.ThrottlingException');
    const failed = starts('States.TaskFailed');

    expect(await throttled.world.run(BY_COMMAND)).toMatchObject({ status: 'SUCCEEDED' });
    expect(throttled.calls).toHaveLength(2);
    expect(await failed.world.run(BY_COMMAND)).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(failed.calls).toHaveLength(1);
  });
});

describe('the definitions', () => {
  test.each([
    ['step', STEP],
    ['release', RELEASE],
  ])('of the %s is valid', (_, definition) => {
    const { isValid, errorsText } = validate(structuredClone(definition));

    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  test('the history has room for the longest watch, looked at to its end', () => {
    const { 'Wait For Watch': wait } = STEP.States as unknown as Record<string, { readonly Seconds: number }>;
    const longestSeconds = LONGEST_WATCH_MINUTES * 60;
    const eventsOfRound = 9;

    expect((longestSeconds / (wait?.Seconds ?? 0)) * eventsOfRound).toBeLessThan(MAX_HISTORY_EVENTS - 1_000);
  });
});

test('a monitor of the same stack: the ARNs follow from its state machine, whose name CloudFormation makes', () => {
  const own = new Stack(new App(), 'Together');
  const flightwatch = new DeploymentMonitor(own, 'Flightwatch', { alarms: false, dashboard: false, history: false });
  const step = new WatchDeployment(own, 'WatchDeployment', { monitor: flightwatch });
  new StateMachine(own, 'Step', { definitionBody: DefinitionBody.fromChainable(step) });
  const [described] = Object.values(Template.fromStack(own).findResources('AWS::StepFunctions::StateMachine'))
    .map(({ Properties }) => JSON.stringify(Properties.DefinitionString))
    .filter((text) => text.includes('describeExecution'));
  const arn = { Ref: own.getLogicalId(flightwatch.stateMachine.node.defaultChild as CfnElement) };

  expect(described).toContain(
    `":execution:",${JSON.stringify({ 'Fn::Select': [6, { 'Fn::Split': [':', arn] }] })},":{}-{}', $.deploymentId`,
  );
});

describe('a monitor in another place', () => {
  const errorsOf = (env: { readonly account?: string; readonly region?: string }) => {
    const elsewhere = new Stack(new App(), 'Elsewhere', { env });
    const imported = DeploymentMonitor.fromStateMachineArn(elsewhere, 'Flightwatch', STATE_MACHINE_ARN);
    new WatchDeployment(elsewhere, 'WatchDeployment', { monitor: imported });
    return Annotations.fromStack(elsewhere)
      .findError('*', Match.anyValue())
      .map(({ entry }) => entry.data);
  };

  test.each([
    [{ region: 'eu-west-1' }, 'in the Region us-east-1, and this stack in eu-west-1'],
    [{ account: '210987654321' }, 'in the account 123456789012, and this stack in 210987654321'],
  ])('%j: an error at synthesis', (env, place) => {
    expect(errorsOf(env)).toEqual([expect.stringContaining(place)]);
  });

  test('the same place, or one that is not known yet: no error', () => {
    expect(errorsOf({ account: '123456789012', region: 'us-east-1' })).toEqual([]);
    expect(errorsOf({})).toEqual([]);
  });
});

test('the step may start, describe and stop watches, and nothing else', () => {
  const arn = (resource: string, service = 'states') => inStack(`:${service}:`, resource);

  expect(statementsOf(pipeline.stateMachine.role)).toEqual([
    { Effect: 'Allow', Action: 'states:StartExecution', Resource: STATE_MACHINE_ARN },
    {
      Effect: 'Allow',
      Action: ['states:DescribeExecution', 'states:StopExecution'],
      Resource: arn(':execution:flightwatch*'),
    },
    {
      Effect: 'Allow',
      Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      Resource: arn(':rule/StepFunctionsGetEventsForStepFunctionsExecutionRule', 'events'),
    },
    { Effect: 'Allow', Action: 'states:DescribeExecution', Resource: executionArn(STATE_MACHINE_ARN, '*') },
  ]);
});

describe('the pipeline', () => {
  const [{ Properties: properties } = { Properties: {} }] = Object.values(
    template.findResources('AWS::CodePipeline::Pipeline'),
  );
  const actions = (
    properties.Stages as {
      readonly Actions: readonly { readonly Configuration: Readonly<Record<string, unknown>> }[];
    }[]
  ).flatMap(({ Actions }) => Actions);

  test('passes the id of the deployment that the hook started to the state machine', () => {
    expect(actions[2]).toMatchObject({
      ActionTypeId: { Provider: 'StepFunctions' },
      Configuration: { Input: '{"deploymentId":"#{Deploy_CallDeployHook_NS.DEPLOYMENT_ID}"}', InputType: 'Literal' },
    });
    expect(actions[1]).toMatchObject({ Namespace: 'Deploy_CallDeployHook_NS' });
  });

  const [{ Properties: project } = { Properties: {} }] = Object.values(
    template.findResources('AWS::CodeBuild::Project'),
  );
  const { env, phases } = JSON.parse(project.Source.BuildSpec);
  const callHook: string = phases.build.commands[0];

  test('the hook is called with the command of the package, whose first line is read', () => {
    expect(env).toEqual({ shell: 'bash', 'exported-variables': ['DEPLOYMENT_ID'] });
    expect(callHook).toContain('--branch "$BRANCH" --commit "$COMMIT" --no-wait --json > triggered.jsonl');
  });

  test('the address of the hook goes from the secret to the command, and no dependency sees it', () => {
    const { EnvironmentVariables: text } = actions[1]?.Configuration ?? {};
    const variables: { readonly name: string; readonly type: string; readonly value: string }[] = JSON.parse(
      resolveText(text, (id) => `<${id}>`),
    );

    expect(phases.install.commands).toEqual(['npm ci --ignore-scripts']);
    expect(callHook).toMatch(
      /^set -o pipefail\naws secretsmanager get-secret-value --secret-id "\$DEPLOY_HOOK_SECRET_ARN" --query SecretString --output text \|\n {2}npx flightwatch trigger --hook-url-stdin /,
    );
    expect(variables.map(({ type }) => type)).toEqual(['PLAINTEXT', 'PLAINTEXT', 'PLAINTEXT', 'PLAINTEXT']);
    expect(variables).toContainEqual({ name: 'DEPLOY_HOOK_SECRET_ARN', type: 'PLAINTEXT', value: SECRET_ARN });
  });

  describe('in bash', () => {
    /** Runs the command with these programs in place of its own. */
    const run = (programs: { readonly aws: string; readonly npx: string }) => {
      const folder = mkdtempSync(join(tmpdir(), 'flightwatch-hook-'));
      try {
        for (const [name, script] of Object.entries(programs)) {
          writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
        }
        const PATH = `${folder}:${process.env.PATH}`;
        const { status, stdout, stderr } = spawnSync('bash', ['-c', callHook], {
          cwd: folder,
          env: { PATH },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const written = readFileSync(join(folder, 'triggered.jsonl'), 'utf8');
        return { status, printed: `${stdout}${stderr}`, written };
      } finally {
        rmSync(folder, { recursive: true });
      }
    };

    test('the command gets the address on standard input, neither as a variable nor in what is printed', () => {
      const ended = run({ aws: 'echo https://hook', npx: 'echo "$(cat) $(env | grep -c https://hook)"' });

      expect(ended).toEqual({ status: 0, printed: '', written: 'https://hook 0\n' });
    });

    test('a secret that cannot be read fails the build', () => {
      expect(run({ aws: 'exit 254', npx: 'cat' }).status).toBe(254);
    });
  });

  test('the build may read that secret, with its key, and no other one', () => {
    const [role = ''] = project.ServiceRole['Fn::GetAtt'];
    const statements = statementsOfRole(role);
    const about = (service: string) =>
      statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith(`${service}:`)));

    expect(about('secretsmanager')).toEqual([
      {
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        Resource: SECRET_ARN,
      },
    ]);
    expect(about('kms')).toContainEqual({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN });
  });

  test('may use a connection under both names of its service', () => {
    const granted = statementsOf(pipeline.pipeline.role).flatMap(({ Action }) => Action);

    expect(granted).toEqual(
      expect.arrayContaining(['codestar-connections:UseConnection', 'codeconnections:UseConnection']),
    );
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function statementsOf({ node }: IRole): Statement[] {
  return statementsOfRole(stack.getLogicalId(node.defaultChild as CfnElement));
}

function statementsOfRole(role: string): Statement[] {
  return Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { readonly Ref: string }) => Ref === role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

/** An ARN in the account and the Region of the stack. */
function inStack(service: string, resource: string): object {
  const parts = ['arn:', { Ref: 'AWS::Partition' }, service, { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }];
  return { 'Fn::Join': ['', [...parts, resource]] };
}

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly MaxAttempts: number;
}

/** Seconds between the attempts of this state, without jitter. */
function longestWait({ States }: StateMachineDefinition, state: string, error: string): number {
  const { Retry: retriers = [] } = (States as Record<string, { readonly Retry?: readonly Retrier[] }>)[state] ?? {};
  const retrier = retriers.find(({ ErrorEquals }) => ErrorEquals.includes(error));
  if (retrier === undefined) throw new Error(`expected ${state} to retry ${error}`);
  const waits = Array.from({ length: retrier.MaxAttempts }, (_, attempt) =>
    Math.min(retrier.MaxDelaySeconds, retrier.IntervalSeconds * retrier.BackoffRate ** attempt),
  );
  return waits.reduce((sum, seconds) => sum + seconds, 0);
}
