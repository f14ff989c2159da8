import { Annotations, Arn, ArnFormat, Duration, Stack, Token } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  type INextable,
  IntegrationPattern,
  type IStateMachine,
  JitterType,
  JsonPath,
  Pass,
  type RetryProps,
  type State,
  StateMachineFragment,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { IDeploymentMonitor } from 'flightwatch';
import * as conditions from './watch-conditions.ts';
import * as results from './watch-results.ts';

export interface WatchDeploymentProps {
  /** Watches the deployment: a `DeploymentMonitor`, also one that is imported by its ARN. */
  readonly monitor: IDeploymentMonitor;
  /**
   * Follows if the deployment failed or was cancelled. `$.watch.error` is `DeploymentFailed` or `DeploymentCancelled`,
   * and `$.watch.reason` is the sentence of the notification.
   *
   * @default - the workflow fails with that error and that reason
   */
  readonly onFailure?: IChainable;
  /**
   * Follows if it is not known how the deployment finished, or whether it has. `$.watch.error` is `WatchTimedOut`,
   * `WatchFailed`, `NotificationFailed`, `WatchStopped` or the error of AWS, and `$.watch.reason` says what happened.
   *
   * @default - the workflow fails with the error `NoVerdict` and that reason
   */
  readonly onNoVerdict?: IChainable;
}

/**
 * A watch runs for at most 25 hours, the time-out of its state machine. A round of Wait, Task and Choice writes 9 events
 * to the history: 90,000 s / 40 s * 9 = 20,250 of the 25,000 that an execution may have.
 */
const SECONDS_BETWEEN_LOOKS = 40;

/** With full jitter about 4 minutes in all. */
const RETRY = {
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 20,
};

/** For what may be denied for good: 2 + 4 + 8 + 16 + 30 + 30 seconds at most. */
const SHORT_RETRY = { ...RETRY, maxAttempts: 6 };

/**
 * Watches the deployment in `$.deploymentId`, as a step of a bigger workflow. The next state follows if the deployment
 * succeeded; `$.watch.record` is then the record of the notification. The rest of the input stays as it is, except
 * `$.watch`.
 *
 * A deployment that is already being watched is not watched twice: the workflow waits for the end of that watch. One
 * that already has a verdict is not watched again. Either way, subscribers get one notification.
 *
 * The names of states are unique in a workflow: if it has two of these steps, call `prefixStates()` on one.
 */
export class WatchDeployment extends StateMachineFragment {
  readonly startState: State;
  readonly endStates: INextable[] = [];
  private readonly watches: IStateMachine;

  constructor(scope: Construct, id: string, { monitor, onFailure, onNoVerdict }: WatchDeploymentProps) {
    super(scope, id);
    this.watches = monitor.stateMachine;
    this.checkPlace();
    const failed = onFailure ?? this.failWithVerdict();
    const noVerdict = onNoVerdict ?? this.failWithoutVerdict();
    const invalidId = this.failWithoutId();
    const useProblem = this.useProblem(noVerdict);

    const idGiven = new Choice(this, 'Deployment Id Given?');
    const beginCount = this.set('Begin With First Watch', { attempt: 1, since: JsonPath.stringAt(STATE_ENTERED) });
    const watch = this.watchDeployment();
    const describe = this.describeWatch('Describe Watch', RETRY);
    const ended = this.useEnd(describe, failed, noVerdict);
    const earlier = this.useEarlier(watch, ended, useProblem);
    const started = new Choice(this, 'Watch Started?');

    idGiven.when(conditions.DEPLOYMENT_ID_GIVEN, beginCount).otherwise(invalidId);
    beginCount.next(watch);
    watch.addCatch(earlier.known, { errors: [conditions.ALREADY_EXISTS], resultPath: PROBLEM });
    watch.addCatch(invalidId, { errors: [conditions.NAME_INVALID], resultPath: JsonPath.DISCARD });
    watch.addCatch(started, { resultPath: PROBLEM });
    // The cause of a watch that ended without success may be cut, so its description is read instead.
    started.when(conditions.RAN_WITHOUT_SUCCESS, describe);
    started.when(conditions.NAME_TOO_LONG, invalidId).otherwise(earlier.possible);
    addCatch(describe, useProblem);
    describe.next(ended);

    this.startState = idGiven;
    this.endStates.push(watch);
  }

  /** Starts the watch and waits for its end. */
  private watchDeployment(): StepFunctionsStartExecution {
    const task = new StepFunctionsStartExecution(this, 'Watch Deployment', {
      stateMachine: this.watches,
      integrationPattern: IntegrationPattern.RUN_JOB,
      name: JsonPath.format('{}-{}', ...WATCH),
      input: TaskInput.fromObject({ deploymentId: JsonPath.stringAt('$.deploymentId') }),
      // It links the two executions in the console, and it makes the input unlike that of any other announcement: Step
      // Functions stops the watch that this task started along with the workflow, and never one that was there before.
      associateWithParent: true,
      resultSelector: {
        status: 'SUCCEEDED',
        executionArn: JsonPath.stringAt('$.ExecutionArn'),
        record: JsonPath.objectAt('$.Output'),
      },
      resultPath: '$.watch',
    });
    // Neither States.ALL nor States.TaskFailed, which is also the error of a watch that ends without success.
    task.addRetry({ ...RETRY, errors: [...conditions.NOT_STARTED, conditions.NO_ANSWER] });
    task.addRetry({ ...SHORT_RETRY, errors: [conditions.UNNAMED] });
    return task;
  }

  private describeWatch(name: string, retry: RetryProps): CallAwsService {
    const task = new CallAwsService(this, name, {
      service: 'sfn',
      action: 'describeExecution',
      iamAction: 'states:DescribeExecution',
      iamResources: [executionArn(this.watches, '*')],
      parameters: { ExecutionArn: JsonPath.format(executionArn(this.watches, '{}-{}'), ...WATCH) },
      resultPath: '$.watch.execution',
    });
    // Right after its start an execution may not be known everywhere.
    task.addRetry({ errors: conditions.NO_SUCH_WATCH, interval: Duration.seconds(2), maxAttempts: 3 });
    task.addRetry({ errors: [conditions.DESCRIPTION_DENIED], maxAttempts: 0 });
    task.addRetry({ ...retry, errors: ['States.ALL'] });
    return task;
  }

  /**
   * Goes on by the watch that has the name, or watches afresh.
   *
   * @returns the states for a watch that is known to exist, and for one that may exist although no start succeeded
   */
  private useEarlier(watch: StepFunctionsStartExecution, ended: IChainable, useProblem: IChainable) {
    const known = this.describeWatch('Describe Earlier Watch', SHORT_RETRY);
    const possible = this.describeWatch('Describe Possible Watch', SHORT_RETRY);
    const worthUsing = new Choice(this, 'Earlier Watch Worth Using?');
    const countOn = this.set('Watch Afresh', NEXT_ATTEMPT);

    addCatch(known, useProblem);
    // Whatever is wrong here, the problem is that the watch could not be started.
    possible.addCatch(useProblem, { resultPath: JsonPath.DISCARD });
    for (const state of [known, possible]) state.next(worthUsing);
    worthUsing.when(conditions.WORTH_USING, ended).when(conditions.NAME_TAKEN, countOn).otherwise(useProblem);
    countOn.next(watch);
    return { known, possible };
  }

  /** Waits until the watch has ended, and goes on by how it ended. */
  private useEnd(describe: CallAwsService, failed: IChainable, noVerdict: IChainable): Choice {
    const wait = new Wait(this, 'Wait For Watch', { time: WaitTime.duration(Duration.seconds(SECONDS_BETWEEN_LOOKS)) });
    const useSuccess = this.set('Use Success', results.SUCCESS);
    const useVerdict = this.set('Use Verdict', results.ERROR_AND_CAUSE);
    const useBareVerdict = this.set('Use Verdict Without Reason', results.ERROR_ALONE);
    const useReason = this.set('Use Reason', results.ERROR_AND_CAUSE);
    const useCause = this.set('Use Reason Without Error', results.CAUSE_ALONE);
    const useStatus = this.set('Use Status', results.STATUS_ALONE);
    const useRecord = this.useRecord(failed, noVerdict, useStatus);

    wait.next(describe);
    for (const state of [useVerdict, useBareVerdict]) state.next(failed);
    for (const state of [useReason, useCause, useStatus]) state.next(noVerdict);
    this.endStates.push(useSuccess);
    return new Choice(this, 'Watch Ended?')
      .when(conditions.RUNNING, wait)
      .when(conditions.SUCCEEDED, useSuccess)
      .when(Condition.and(conditions.UNSUCCESSFUL_VERDICT, conditions.CAUSE_GIVEN), useVerdict)
      .when(conditions.UNSUCCESSFUL_VERDICT, useBareVerdict)
      .when(conditions.UNPUBLISHED, useRecord)
      .when(conditions.ERROR_AND_CAUSE_GIVEN, useReason)
      .when(conditions.CAUSE_GIVEN, useCause)
      .otherwise(useStatus);
  }

  /** Goes on by the record of a notification that could not be published. */
  private useRecord(failed: IChainable, noVerdict: IChainable, useStatus: Pass): Pass {
    const readRecord = new Pass(this, 'Read Record', {
      parameters: results.UNPUBLISHED_RECORD,
      resultPath: '$.watch.unpublished',
    });
    const useSuccess = this.set('Use Success In Record', results.UNPUBLISHED_SUCCESS);
    const useFailure = this.set('Use Failure In Record', results.unpublishedReason('DeploymentFailed'));
    const useCancellation = this.set('Use Cancellation In Record', results.unpublishedReason('DeploymentCancelled'));
    const useReason = this.set('Use Reason In Record', results.unpublishedReason('NotificationFailed'));

    const verdict = new Choice(this, 'Verdict In Record?').when(conditions.recordSays('SUCCEEDED'), useSuccess);
    verdict.when(Condition.not(conditions.RECORD_HAS_REASON), useStatus);
    verdict.when(conditions.recordSays('FAILED'), useFailure);
    verdict.when(conditions.recordSays('CANCELLED'), useCancellation).otherwise(useReason);
    for (const state of [useFailure, useCancellation]) state.next(failed);
    useReason.next(noVerdict);
    this.endStates.push(useSuccess);
    readRecord.next(verdict);
    return readRecord;
  }

  /** Goes on by what AWS said in place of an execution. */
  private useProblem(noVerdict: IChainable): Choice {
    const useCause = this.set('Use Problem', results.PROBLEM);
    const useError = this.set('Use Problem Without Reason', results.PROBLEM_WITHOUT_CAUSE);
    for (const state of [useCause, useError]) state.next(noVerdict);
    return new Choice(this, 'Problem Has Reason?').when(conditions.PROBLEM_HAS_CAUSE, useCause).otherwise(useError);
  }

  private set(name: string, parameters: Record<string, unknown>): Pass {
    return new Pass(this, name, { parameters, resultPath: '$.watch' });
  }

  /** Step Functions starts and describes executions where the workflow is. */
  private checkPlace(): void {
    const { env } = this.watches;
    const { account, region } = Stack.of(this);
    for (const [kind, theirs, own] of [
      ['account', env.account, account],
      ['Region', env.region, region],
    ] as const) {
      if (Token.isUnresolved(theirs) || Token.isUnresolved(own) || theirs === own) continue;
      Annotations.of(this).addError(
        `The state machine of Flightwatch is in the ${kind} ${theirs}, and this stack in ${own}: a workflow can only watch in its own account and Region. Deploy the workflow in ${theirs}.`,
      );
    }
  }

  private failWithoutId(): Fail {
    return new Fail(this, 'Deployment Id Invalid', {
      error: 'InvalidDeploymentId',
      // It does not repeat what was received: somebody may have pasted the address of a deploy hook.
      cause:
        'The input of the step must have the field deploymentId with the id of a Flightcontrol deployment (1 to 64 of A-Z a-z 0-9 _ -), such as {"deploymentId":"clcp..."}. What it received is in the history of this execution. Start the workflow with such an input.',
    });
  }

  private failWithVerdict(): Fail {
    return new Fail(this, 'Deployment Did Not Succeed', { errorPath: '$.watch.error', causePath: '$.watch.reason' });
  }

  private failWithoutVerdict(): Fail {
    return new Fail(this, 'No Verdict', { error: 'NoVerdict', causePath: '$.watch.reason' });
  }
}

/** The ISO 8601 time at which the workflow came to the state that reads it. */
const STATE_ENTERED = '$$.State.EnteredTime';

const PROBLEM = '$.watch.problem';

const NEXT_ATTEMPT = {
  attempt: JsonPath.mathAdd(JsonPath.numberAt('$.watch.attempt'), 1),
  since: JsonPath.stringAt('$.watch.since'),
};

/** What the names of a deployment's watches are made of: `<id>-1`, then `<id>-2`. Every way to start one uses them. */
const WATCH = [JsonPath.stringAt('$.deploymentId'), JsonPath.stringAt('$.watch.attempt')];

function addCatch(description: CallAwsService, useProblem: IChainable): void {
  // There is no watch, so the problem is what its start said.
  description.addCatch(useProblem, { errors: conditions.NO_SUCH_WATCH, resultPath: JsonPath.DISCARD });
  description.addCatch(useProblem, { resultPath: PROBLEM });
}

/** @param name may be a pattern */
function executionArn(stateMachine: IStateMachine, name: string): string {
  const { resourceName, ...machine } = Arn.split(stateMachine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
  return Arn.format({ ...machine, resource: 'execution', resourceName: `${resourceName}:${name}` });
}
