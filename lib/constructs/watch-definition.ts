import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Choice,
  Condition,
  CustomState,
  DefinitionBody,
  Fail,
  JitterType,
  JsonPath,
  type RetryProps,
  Succeed,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { ERROR_OF_OUTCOME, TRANSIENT_ERRORS } from '../contract/errors';
import { IN_PROGRESS, type Outcome } from '../contract/outcomes';
import { STATES, type StateName } from '../contract/states';
import { notify } from './notify-state';
import { writePlainNotification } from './plain-notification';
import type { PollFunction } from './poll-function';

export interface WatchDefinitionProps {
  readonly pollFunction: PollFunction;
  readonly topic: ITopic;
}

/** Transient failures of Lambda. `Sandbox.Timedout` and `Runtime.*` are what a killed function reports. */
const TRANSIENT_LAMBDA_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'States.Timeout',
];

/**
 * With full jitter a wait is half its bound on average: 0 to 2, 4, ... 32 s, then up to 60 s. 45 attempts take some
 * 20 minutes, more than the 14 after which the function itself gives the API up with a better sentence.
 */
const RETRY_TRANSIENT: RetryProps = {
  errors: [...Object.values(TRANSIENT_ERRORS), ...TRANSIENT_LAMBDA_ERRORS],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 45,
};

/** Anything else is likely a mistake of ours: retried briefly, then reported. */
const RETRY_BRIEFLY: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  jitterStrategy: JitterType.FULL,
  maxAttempts: 3,
};

/** The states of a watch, in JSONPath, so that every engine in reach runs them. */
export function defineWatch(scope: Construct, props: WatchDefinitionProps): DefinitionBody {
  const { topic } = props;
  const begin = beginWatch(scope);
  const poll = invokePollFunction(scope, STATES.poll, props);
  const explainFailure = invokePollFunction(scope, STATES.explainFailure, props, {
    failure: JsonPath.objectAt('$.failure'),
  });
  const finished = new Choice(scope, STATES.finished);
  const wait = new Wait(scope, STATES.wait, { time: WaitTime.secondsPath('$.look.waitSeconds') });

  const watchSucceeded = new Succeed(scope, STATES.watchSucceeded, { outputPath: '$.look.notification.record' });
  const deploymentFailed = fail(scope, STATES.deploymentFailed, 'FAILED');
  const deploymentCancelled = fail(scope, STATES.deploymentCancelled, 'CANCELLED');
  const watchTimedOut = fail(scope, STATES.watchTimedOut, 'TIMED_OUT');
  const watchFailed = fail(scope, STATES.watchFailed, 'WATCH_FAILED');

  const notifySuccess = notify(scope, STATES.notifySuccess, topic, watchSucceeded);
  const notifyFailure = notify(scope, STATES.notifyFailure, topic, deploymentFailed);
  const notifyCancellation = notify(scope, STATES.notifyCancellation, topic, deploymentCancelled);
  const notifyTimeOut = notify(scope, STATES.notifyTimeOut, topic, watchTimedOut);
  const notifyWatchFailure = notify(scope, STATES.notifyWatchFailure, topic, watchFailed);
  const notifyPlainly = writePlainNotification(scope, notifyWatchFailure);

  begin.next(poll);
  poll.addRetry(RETRY_TRANSIENT).addRetry(RETRY_BRIEFLY);
  poll.addCatch(explainFailure, { resultPath: '$.failure' });
  poll.next(finished);
  finished
    .when(outcomeIs(IN_PROGRESS), wait)
    .when(outcomeIs('SUCCEEDED'), notifySuccess)
    .when(outcomeIs('FAILED'), notifyFailure)
    .when(outcomeIs('CANCELLED'), notifyCancellation)
    .when(outcomeIs('TIMED_OUT'), notifyTimeOut)
    .otherwise(notifyWatchFailure);
  wait.next(poll);
  explainFailure.addRetry(RETRY_BRIEFLY);
  explainFailure.addCatch(notifyPlainly, { resultPath: '$.failure' });
  explainFailure.next(notifyWatchFailure);

  return DefinitionBody.fromChainable(begin);
}

/** Keeps any input as it is: the function checks it. A custom state, because the CDK's Pass drops the null. */
function beginWatch(scope: Construct): CustomState {
  return new CustomState(scope, STATES.begin, {
    stateJson: {
      Type: 'Pass',
      Parameters: {
        'input.$': '$$.Execution.Input',
        execution: { 'arn.$': '$$.Execution.Id', 'startedAt.$': '$$.Execution.StartTime' },
        look: null,
      },
    },
  });
}

function outcomeIs(outcome: Outcome | typeof IN_PROGRESS): Condition {
  return Condition.stringEquals('$.look.outcome', outcome);
}

function invokePollFunction(
  scope: Construct,
  name: StateName,
  { pollFunction }: WatchDefinitionProps,
  more: Readonly<Record<string, unknown>> = {},
): LambdaInvoke {
  return new LambdaInvoke(scope, name, {
    lambdaFunction: pollFunction,
    payload: TaskInput.fromObject({
      input: JsonPath.objectAt('$.input'),
      execution: JsonPath.objectAt('$.execution'),
      look: JsonPath.objectAt('$.look'),
      enteredAt: JsonPath.stringAt('$$.State.EnteredTime'),
      ...more,
    }),
    payloadResponseOnly: true,
    // The CDK's list of errors lacks throttling and killed functions; the states name their own.
    retryOnServiceExceptions: false,
    resultPath: '$.look',
    taskTimeout: Timeout.duration(pollFunction.taskTimeout),
  });
}

function fail(scope: Construct, name: StateName, outcome: keyof typeof ERROR_OF_OUTCOME): Fail {
  return new Fail(scope, name, { error: ERROR_OF_OUTCOME[outcome], causePath: '$.look.reason' });
}
