import { Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  Choice,
  Condition,
  CustomState,
  DefinitionBody,
  Fail,
  type IChainable,
  JitterType,
  JsonPath,
  Pass,
  type RetryProps,
  Succeed,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { ERROR_OF_OUTCOME, IN_PROGRESS, NOTIFICATION_FAILED, type Outcome, PASSING_ERRORS } from '../contract/names';

export interface WatchStatesProps {
  readonly pollFunction: IFunction;
  readonly topic: ITopic;
  /** How long one call of the function may take before Step Functions gives it up. */
  readonly pollTimeout: Duration;
}

/** What may pass on Lambda's side. `Sandbox.Timedout` and `Runtime.*` are what a killed function reports. */
const PASSING_LAMBDA_ERRORS = [
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
const UNTIL_IT_PASSES: RetryProps = {
  errors: [...Object.values(PASSING_ERRORS), ...PASSING_LAMBDA_ERRORS],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 45,
};

/** Anything else is likely a mistake of ours: tried again briefly, then told. */
const BRIEFLY: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  jitterStrategy: JitterType.FULL,
  maxAttempts: 3,
};

/** The states of a watch, in JSONPath, so that every engine in reach runs them. */
export function defineWatch(scope: Construct, props: WatchStatesProps): DefinitionBody {
  const begin = beginWatch(scope);
  const round = {
    input: JsonPath.objectAt('$.input'),
    execution: JsonPath.objectAt('$.execution'),
    look: JsonPath.objectAt('$.look'),
    enteredAt: JsonPath.stringAt('$$.State.EnteredTime'),
  };
  const pollDeployment = invoke(scope, 'Poll Deployment', props, round);
  const failure = JsonPath.objectAt('$.failure');
  const explainFailure = invoke(scope, 'Explain Failure', props, { ...round, failure });
  const finished = new Choice(scope, 'Deployment Finished?');
  const wait = new Wait(scope, 'Wait Before Next Poll', { time: WaitTime.secondsPath('$.look.waitSeconds') });

  const succeeded = new Succeed(scope, 'Watch Succeeded', { outputPath: '$.look.notification.record' });
  const notifySuccess = notify(scope, 'Notify Success', props.topic, succeeded);
  const notifyFailure = notify(scope, 'Notify Failure', props.topic, fail(scope, 'Deployment Failed', 'FAILED'));
  const notifyCancellation = notify(
    scope,
    'Notify Cancellation',
    props.topic,
    fail(scope, 'Deployment Cancelled', 'CANCELLED'),
  );
  const notifyTimeOut = notify(scope, 'Notify Time-Out', props.topic, fail(scope, 'Watch Timed Out', 'TIMED_OUT'));
  const notifyWatchFailure = notify(
    scope,
    'Notify Watch Failure',
    props.topic,
    fail(scope, 'Watch Failed', 'WATCH_FAILED'),
  );

  begin.next(pollDeployment);
  pollDeployment.addRetry(UNTIL_IT_PASSES).addRetry(BRIEFLY);
  pollDeployment.addCatch(explainFailure, { resultPath: '$.failure' });
  pollDeployment.next(finished);
  finished
    .when(outcomeIs(IN_PROGRESS), wait)
    .when(outcomeIs('SUCCEEDED'), notifySuccess)
    .when(outcomeIs('FAILED'), notifyFailure)
    .when(outcomeIs('CANCELLED'), notifyCancellation)
    .when(outcomeIs('TIMED_OUT'), notifyTimeOut)
    .otherwise(notifyWatchFailure);
  wait.next(pollDeployment);
  explainFailure.addRetry(BRIEFLY);
  explainFailure.addCatch(describeFailurePlainly(scope, notifyWatchFailure), { resultPath: '$.failure' });
  explainFailure.next(notifyWatchFailure);

  return DefinitionBody.fromChainable(begin);
}

/** Keeps the input whole, whatever it is: the function checks it. A state of our own, because Pass drops the null. */
function beginWatch(scope: Construct): CustomState {
  return new CustomState(scope, 'Begin Watch', {
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

function invoke(
  scope: Construct,
  name: string,
  props: WatchStatesProps,
  payload: Record<string, unknown>,
): LambdaInvoke {
  return new LambdaInvoke(scope, name, {
    lambdaFunction: props.pollFunction,
    payload: TaskInput.fromObject(payload),
    payloadResponseOnly: true,
    // Its list lacks what matters here; the states name their own.
    retryOnServiceExceptions: false,
    resultPath: '$.look',
    taskTimeout: Timeout.duration(props.pollTimeout),
  });
}

/**
 * Publishes what the look made. A state of our own, because SnsPublish takes message attributes one by one, and those
 * that are unknown must be left out.
 */
export function notify(scope: Construct, name: string, topic: ITopic, end: IChainable): CustomState {
  const state = new CustomState(scope, name, {
    stateJson: {
      Type: 'Task',
      Resource: `arn:${Stack.of(scope).partition}:states:::sns:publish`,
      Parameters: {
        TopicArn: topic.topicArn,
        'Subject.$': '$.look.notification.subject',
        // An object: Step Functions makes it the JSON text that MessageStructure wants.
        'Message.$': '$.look.notification.messages',
        MessageStructure: 'json',
        'MessageAttributes.$': '$.look.notification.attributes',
      },
      ResultPath: null,
      TimeoutSeconds: 60,
    },
  });
  state.addRetry({
    errors: ['States.ALL'],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxDelay: Duration.seconds(60),
    jitterStrategy: JitterType.FULL,
    maxAttempts: 12,
  });
  state.addCatch(notificationFailed(scope), { resultPath: '$.failure' });
  state.next(end);
  return state;
}

/** One for all branches; its cause is the record, so that nothing is lost. */
function notificationFailed(scope: Construct): Fail {
  const id = 'Notification Failed';
  return (
    (scope.node.tryFindChild(id) as Fail | undefined) ??
    new Fail(scope, id, {
      error: NOTIFICATION_FAILED,
      causePath: '$.look.notification.messages.sqs',
    })
  );
}

function fail(scope: Construct, name: string, outcome: keyof typeof ERROR_OF_OUTCOME): Fail {
  return new Fail(scope, name, { error: ERROR_OF_OUTCOME[outcome], causePath: '$.look.reason' });
}

/** The last resort, when Lambda itself is out of reach: no function, nothing of the input. */
function describeFailurePlainly(scope: Construct, next: IChainable): Pass {
  const describe = new Pass(scope, 'Describe Failure Plainly', {
    comment: 'Lambda is out of reach: the same notification without it.',
    parameters: {
      version: 1,
      outcome: 'WATCH_FAILED',
      reason: JsonPath.format(
        'The poll function of this watch could not be run: {}. Look at the execution in Step Functions, then start the watch again.',
        JsonPath.stringAt('$.failure.Error'),
      ),
      watchStartedAt: JsonPath.stringAt('$.execution.startedAt'),
      endedAt: JsonPath.stringAt('$$.State.EnteredTime'),
      executionArn: JsonPath.stringAt('$.execution.arn'),
    },
    resultPath: '$.record',
  });
  const json = JsonPath.jsonToString(JsonPath.objectAt('$.record'));
  const text = JsonPath.format('WATCH_FAILED: {} Watched by {}', ...pathsTo('$.record.reason', '$.execution.arn'));
  const chat = { version: '1.0', source: 'custom', content: { description: JsonPath.stringAt('$.record.reason') } };
  const writeChat = new Pass(scope, 'Write Plain Chat Message', { parameters: chat, resultPath: '$.chat' });
  const write = new Pass(scope, 'Write Plain Notification', {
    parameters: {
      reason: JsonPath.stringAt('$.record.reason'),
      notification: {
        subject: 'WATCH_FAILED: the poll function could not be run',
        messages: {
          default: text,
          email: text,
          sms: 'Watch FAILED, verdict unknown: the poll function could not be run',
          sqs: json,
          lambda: json,
          firehose: json,
          https: JsonPath.jsonToString(JsonPath.objectAt('$.chat')),
        },
        attributes: { outcome: { DataType: 'String', StringValue: 'WATCH_FAILED' } },
        record: JsonPath.objectAt('$.record'),
      },
    },
    resultPath: '$.look',
  });
  describe.next(writeChat).next(write).next(next);
  return describe;
}

function pathsTo(...paths: string[]): string[] {
  return paths.map((path) => JsonPath.stringAt(path));
}
