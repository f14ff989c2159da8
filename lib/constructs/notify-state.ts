import { Duration, Stack } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { CustomState, Fail, type IChainable, JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { NOTIFICATION_FAILED } from '../contract/errors';
import { STATES, type StateName } from '../contract/states';

const TASK_SECONDS = 60;

const RETRY: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 12,
};

/** The longest that a state may take: the first attempt and 12 retries of 60 s, and 12 waits of 60 s at most. */
export const LONGEST_NOTIFY = Duration.seconds((1 + 12) * TASK_SECONDS + 12 * 60);

/**
 * Publishes the look's notification. A custom state, because SnsPublish takes message attributes one by one, and unknown
 * ones must be left out.
 */
export function notify(scope: Construct, name: StateName, topic: ITopic, next: IChainable): CustomState {
  const state = new CustomState(scope, name, {
    stateJson: {
      Type: 'Task',
      Resource: `arn:${Stack.of(scope).partition}:states:::sns:publish`,
      Parameters: {
        TopicArn: topic.topicArn,
        'Subject.$': '$.look.notification.subject',
        // An object: Step Functions turns it into the JSON text that MessageStructure wants.
        'Message.$': '$.look.notification.messages',
        MessageStructure: 'json',
        'MessageAttributes.$': '$.look.notification.attributes',
      },
      ResultPath: null,
      TimeoutSeconds: TASK_SECONDS,
    },
  });
  state.addRetry(RETRY);
  state.addCatch(notificationFailed(scope), { resultPath: '$.failure' });
  state.next(next);
  return state;
}

/** One state for all branches; its cause is the record, so that nothing is lost. */
function notificationFailed(scope: Construct): Fail {
  const existing = scope.node.tryFindChild(STATES.notificationFailed) as Fail | undefined;
  return (
    existing ??
    new Fail(scope, STATES.notificationFailed, {
      error: NOTIFICATION_FAILED,
      causePath: '$.look.notification.messages.sqs',
    })
  );
}
