import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import {
  type IChainable,
  JitterType,
  JsonPath,
  type RetryProps,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { DEPLOYMENT_FINISHED } from '../contract/events';
import type { StateName } from '../contract/states';

const TASK_SECONDS = 10;

/** Subscribers have been notified, but the history would miss a verdict: up to 4 minutes for a bus that throttles. */
const RETRY: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxDelay: Duration.seconds(30),
  jitterStrategy: JitterType.FULL,
  maxAttempts: 8,
};

/**
 * Puts `Deployment Finished` on the event bus, with the look's record. The next state follows also if that fails: it
 * never changes how the execution ends.
 */
export function sendEvent(
  scope: Construct,
  name: StateName,
  eventBus: IEventBus,
  next: IChainable,
): EventBridgePutEvents {
  const state = new EventBridgePutEvents(scope, name, {
    entries: [{ ...DEPLOYMENT_FINISHED, eventBus, detail: TaskInput.fromJsonPathAt('$.look.notification.record') }],
    resultPath: JsonPath.DISCARD,
    taskTimeout: Timeout.duration(Duration.seconds(TASK_SECONDS)),
  });
  state.addRetry(RETRY);
  state.addCatch(next, { resultPath: JsonPath.DISCARD });
  state.next(next);
  return state;
}
