import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
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
import { ERROR_OF_OUTCOME } from '../contract/errors';
import { IN_PROGRESS, type Outcome } from '../contract/outcomes';
import { STATES, type StateName } from '../contract/states';
import type { WatchSettings } from '../contract/watch-settings';
import { sendEvent } from './event-state';
import { notify } from './notify-state';
import { writePlainNotification } from './plain-notification';
import type { PollFunction } from './poll-function';

export interface WatchDefinitionProps {
  readonly pollFunction: PollFunction;
  readonly topic: ITopic;
  readonly eventBus: IEventBus;
  readonly settings: WatchSettings;
}

/** How long the poll function has to explain a failure. */
const EXPLAIN_SECONDS = 30;
const EXPLAIN_TIMEOUT = Duration.seconds(EXPLAIN_SECONDS);

/** Lambda could not run the function for the moment. */
const LAMBDA_UNAVAILABLE = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/** The function was killed while it ran: out of memory, out of time, or by the end of its process. */
const FUNCTION_KILLED = [
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'States.Timeout',
];

/**
 * With full jitter a wait is half its bound on average: 0 to 2, 4, 8, 16, then 0 to 30 s. 67 retries take 16 minutes,
 * with a standard deviation of 69 s: nearly always between 10 minutes and the 25 that are promised.
 */
const RETRY_UNAVAILABLE: RetryProps = {
  errors: LAMBDA_UNAVAILABLE,
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 67,
};

/** The promise for a function that is killed each time, less two attempts to explain the failure and the last resort. */
const KILLED_SECONDS = 15 * 60 - 2 * EXPLAIN_SECONDS - 30;
const KILLED_DELAY_SECONDS = 20;

/** As many attempts as fit into the promise, even if each takes all the time that it may. */
function retryKilled({ taskTimeout }: PollFunction): RetryProps {
  const attempts = Math.floor(KILLED_SECONDS / (taskTimeout.toSeconds() + KILLED_DELAY_SECONDS));
  return {
    errors: FUNCTION_KILLED,
    interval: Duration.seconds(KILLED_DELAY_SECONDS),
    backoffRate: 1,
    jitterStrategy: JitterType.FULL,
    maxAttempts: attempts - 1,
  };
}

/** The explanation asks nobody: what takes longer than its time-out is Lambda itself. */
const RETRY_ONCE: RetryProps = { errors: ['States.ALL'], interval: Duration.seconds(2), maxAttempts: 1 };

/** Anything else is likely a bug of ours: retried briefly, then reported. */
const RETRY_BRIEFLY: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  jitterStrategy: JitterType.FULL,
  maxAttempts: 3,
};

/** The states of a watch, in JSONPath, so that every engine in reach runs them. */
export function defineWatch(scope: Construct, props: WatchDefinitionProps): DefinitionBody {
  const { topic, eventBus, pollFunction } = props;
  const begin = beginWatch(scope);
  const poll = invokePollFunction(scope, STATES.poll, props, pollFunction.taskTimeout);
  const explainFailure = invokePollFunction(scope, STATES.explainFailure, props, EXPLAIN_TIMEOUT, {
    failure: JsonPath.objectAt('$.failure'),
  });
  const finished = new Choice(scope, STATES.finished);
  const wait = new Wait(scope, STATES.wait, { time: WaitTime.secondsPath('$.look.waitSeconds') });

  const watchSucceeded = new Succeed(scope, STATES.watchSucceeded, { outputPath: '$.look.notification.record' });
  const deploymentFailed = fail(scope, STATES.deploymentFailed, 'FAILED');
  const deploymentCancelled = fail(scope, STATES.deploymentCancelled, 'CANCELLED');
  const watchTimedOut = fail(scope, STATES.watchTimedOut, 'TIMED_OUT');
  const watchFailed = fail(scope, STATES.watchFailed, 'WATCH_FAILED');

  const sendSuccess = sendEvent(scope, STATES.sendSuccess, eventBus, watchSucceeded);
  const sendFailure = sendEvent(scope, STATES.sendFailure, eventBus, deploymentFailed);
  const sendCancellation = sendEvent(scope, STATES.sendCancellation, eventBus, deploymentCancelled);
  const sendTimeOut = sendEvent(scope, STATES.sendTimeOut, eventBus, watchTimedOut);
  const sendWatchFailure = sendEvent(scope, STATES.sendWatchFailure, eventBus, watchFailed);

  const notifySuccess = notify(scope, STATES.notifySuccess, topic, sendSuccess);
  const notifyFailure = notify(scope, STATES.notifyFailure, topic, sendFailure);
  const notifyCancellation = notify(scope, STATES.notifyCancellation, topic, sendCancellation);
  const notifyTimeOut = notify(scope, STATES.notifyTimeOut, topic, sendTimeOut);
  const notifyWatchFailure = notify(scope, STATES.notifyWatchFailure, topic, sendWatchFailure);
  const notifyPlainly = writePlainNotification(scope, notifyWatchFailure);

  begin.next(poll);
  poll.addRetry(RETRY_UNAVAILABLE).addRetry(retryKilled(pollFunction)).addRetry(RETRY_BRIEFLY);
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
  explainFailure.addRetry(RETRY_ONCE);
  explainFailure.addCatch(notifyPlainly, { resultPath: '$.failure' });
  explainFailure.next(notifyWatchFailure);

  return DefinitionBody.fromChainable(begin);
}

/** Keeps any input as it is: the function checks it. A custom state, because the CDK's Pass drops the null. */
function beginWatch(scope: Construct): CustomState {
  return new CustomState(scope, STATES.begin, {
    stateJson: {
      Type: 'Pass',
      // The input may be null, which paths into the context object need not survive.
      InputPath: null,
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
  { pollFunction, settings }: WatchDefinitionProps,
  taskTimeout: Duration,
  more: Readonly<Record<string, unknown>> = {},
): LambdaInvoke {
  return new LambdaInvoke(scope, name, {
    // A version that is kept: a watch ends with the code and the environment that it started with.
    // CDK's own types do not hold exactOptionalPropertyTypes, hence the `as`.
    lambdaFunction: pollFunction.currentVersion as IFunction,
    payload: TaskInput.fromObject({
      input: JsonPath.objectAt('$.input'),
      execution: JsonPath.objectAt('$.execution'),
      look: JsonPath.objectAt('$.look'),
      settings,
      ...more,
    }),
    payloadResponseOnly: true,
    // The CDK's list of errors lacks throttling and killed functions; the states name their own.
    retryOnServiceExceptions: false,
    resultPath: '$.look',
    taskTimeout: Timeout.duration(taskTimeout),
  });
}

function fail(scope: Construct, name: StateName, outcome: keyof typeof ERROR_OF_OUTCOME): Fail {
  return new Fail(scope, name, { error: ERROR_OF_OUTCOME[outcome], causePath: '$.look.reason' });
}
