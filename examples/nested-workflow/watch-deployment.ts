import { Arn, ArnFormat, Duration } from 'aws-cdk-lib';
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
  type State,
  StateMachineFragment,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { IDeploymentMonitor } from 'flightwatch';
import {
  ALREADY_EXISTS,
  CAUSE_GIVEN,
  DEPLOYMENT_ID_GIVEN,
  ERROR_AND_CAUSE_GIVEN,
  NO_SUCH_WATCH,
  RUNNING,
  START_UNAVAILABLE,
  SUCCEEDED,
  UNSUCCESSFUL_VERDICT,
} from './watch-conditions.ts';

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
   * Follows if nobody can tell how the deployment finished. `$.watch.error` is `WatchTimedOut`, `WatchFailed` or the
   * error of AWS, and `$.watch.reason` says what happened.
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
  readonly endStates: INextable[];
  private readonly watches: IStateMachine;

  constructor(scope: Construct, id: string, { monitor, onFailure, onNoVerdict }: WatchDeploymentProps) {
    super(scope, id);
    this.watches = monitor.stateMachine;
    const failed = onFailure ?? this.failWithVerdict();
    const noVerdict = onNoVerdict ?? this.failWithoutVerdict();

    const idGiven = new Choice(this, 'Deployment Id Given?');
    const beginCount = this.set('Begin With First Watch', { attempt: 1 });
    const watch = this.watchDeployment();
    const countOn = this.set('Watch Afresh', { attempt: JsonPath.mathAdd(JsonPath.numberAt('$.watch.attempt'), 1) });
    const useProblem = this.set('Use Problem', PROBLEM);
    const describeEarlier = this.describeWatch('Describe Earlier Watch', useProblem);
    const describe = this.describeWatch('Describe Watch', useProblem);
    const wait = new Wait(this, 'Wait For Watch', { time: WaitTime.duration(Duration.seconds(SECONDS_BETWEEN_LOOKS)) });
    const useSuccess = this.set('Use Success', SUCCESS);
    const useVerdict = this.set('Use Verdict', ERROR_AND_REASON);
    const useBareVerdict = this.set('Use Verdict Without Reason', ERROR_ALONE);
    const useReason = this.set('Use Reason', ERROR_AND_REASON);
    const useStatus = this.set('Use Status', STATUS_ALONE);
    const whileRunning = (name: string) =>
      new Choice(this, name)
        .when(RUNNING, wait)
        .when(SUCCEEDED, useSuccess)
        .when(Condition.and(UNSUCCESSFUL_VERDICT, CAUSE_GIVEN), useVerdict)
        .when(UNSUCCESSFUL_VERDICT, useBareVerdict);

    idGiven.when(DEPLOYMENT_ID_GIVEN, beginCount).otherwise(this.failWithoutId());
    beginCount.next(watch);
    watch.addCatch(describeEarlier, { errors: [ALREADY_EXISTS], resultPath: '$.watch.problem' });
    // A watch that ends without success fails the task. The cause may be cut, so its description is read instead.
    watch.addCatch(describe, { resultPath: '$.watch.problem' });
    // A watch that ended without a verdict before this workflow asked leaves the question open.
    describeEarlier.next(whileRunning('Earlier Watch Ended?').otherwise(countOn));
    countOn.next(watch);
    describe.next(whileRunning('Watch Ended?').when(ERROR_AND_CAUSE_GIVEN, useReason).otherwise(useStatus));
    wait.next(describe);
    for (const state of [useVerdict, useBareVerdict]) state.next(failed);
    for (const state of [useReason, useStatus, useProblem]) state.next(noVerdict);

    this.startState = idGiven;
    this.endStates = [watch, useSuccess];
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
    task.addRetry({ ...RETRY, errors: START_UNAVAILABLE });
    return task;
  }

  private describeWatch(name: string, useProblem: Pass): CallAwsService {
    const task = new CallAwsService(this, name, {
      service: 'sfn',
      action: 'describeExecution',
      iamAction: 'states:DescribeExecution',
      iamResources: [executionArn(this.watches, '*')],
      parameters: { ExecutionArn: JsonPath.format(executionArn(this.watches, '{}-{}'), ...WATCH) },
      resultPath: '$.watch.execution',
    });
    // Right after its start an execution may not be known everywhere.
    task.addRetry({ errors: NO_SUCH_WATCH, interval: Duration.seconds(2), maxAttempts: 3 });
    task.addRetry({ ...RETRY, errors: ['States.ALL'] });
    // There is no watch, so the problem is what its start said.
    task.addCatch(useProblem, { errors: NO_SUCH_WATCH, resultPath: JsonPath.DISCARD });
    task.addCatch(useProblem, { resultPath: '$.watch.problem' });
    return task;
  }

  private set(name: string, parameters: Record<string, unknown>): Pass {
    return new Pass(this, name, { parameters, resultPath: '$.watch' });
  }

  private failWithoutId(): Fail {
    return new Fail(this, 'No Deployment Id', {
      error: 'NoDeploymentId',
      cause:
        'The input of the step must have the field deploymentId, a text with the id of a Flightcontrol deployment, such as {"deploymentId":"clcp..."}. Its input is in the history of this execution. Start the workflow with such an input.',
    });
  }

  private failWithVerdict(): Fail {
    return new Fail(this, 'Deployment Did Not Succeed', { errorPath: '$.watch.error', causePath: '$.watch.reason' });
  }

  private failWithoutVerdict(): Fail {
    return new Fail(this, 'No Verdict', { error: 'NoVerdict', causePath: '$.watch.reason' });
  }
}

/** What the names of a deployment's watches are made of: `<id>-1`, then `<id>-2`. Every way to start one uses them. */
const WATCH = [JsonPath.stringAt('$.deploymentId'), JsonPath.stringAt('$.watch.attempt')];

const SUCCESS = {
  status: 'SUCCEEDED',
  executionArn: JsonPath.stringAt('$.watch.execution.ExecutionArn'),
  record: JsonPath.stringToJson(JsonPath.stringAt('$.watch.execution.Output')),
};

const ERROR_AND_REASON = {
  status: JsonPath.stringAt('$.watch.execution.Status'),
  executionArn: JsonPath.stringAt('$.watch.execution.ExecutionArn'),
  error: JsonPath.stringAt('$.watch.execution.Error'),
  reason: JsonPath.stringAt('$.watch.execution.Cause'),
};

const ERROR_ALONE = {
  ...ERROR_AND_REASON,
  reason: 'The watch gave no reason. Look at its notification, or at the deployment in Flightcontrol.',
};

/** An execution that was aborted or hit the time-out of its state machine may have neither error nor cause. */
const STATUS_ALONE = {
  status: JsonPath.stringAt('$.watch.execution.Status'),
  executionArn: JsonPath.stringAt('$.watch.execution.ExecutionArn'),
  error: 'WatchFailed',
  reason: JsonPath.format(
    'The watch ended as {} before the deployment finished. Look at its notification.',
    JsonPath.stringAt('$.watch.execution.Status'),
  ),
};

/** The watch could not be started, or nobody knows how it goes on. */
const PROBLEM = {
  status: 'UNKNOWN',
  error: JsonPath.stringAt('$.watch.problem.Error'),
  reason: JsonPath.stringAt('$.watch.problem.Cause'),
};

/** @param name may be a pattern */
function executionArn(stateMachine: IStateMachine, name: string): string {
  const { resourceName, ...machine } = Arn.split(stateMachine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
  return Arn.format({ ...machine, resource: 'execution', resourceName: `${resourceName}:${name}` });
}
