import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { STEP_FUNCTIONS_CALL, secondsOf } from '../contract/call-limits';
import { startEnvironment } from '../contract/environment';
import { DEPLOYMENT_TRIGGERED } from '../contract/events';
import { FUNCTIONS } from '../contract/functions';
import { EventFunction } from './event-function';

export interface AnnouncementsProps {
  /** Started for each deployment that is announced. */
  readonly stateMachine: StateMachine;
  readonly eventBus?: IEventBus | undefined;
  readonly deadLetterQueue: IQueue;
}

/** Starting and describing an execution, the waits between the SDK's attempts, and the function's own start. */
const START_TIMEOUT = Duration.seconds(2 * secondsOf(STEP_FUNCTIONS_CALL) + 10);

/**
 * Starts a watch for each deployment that is announced by an event. A rule cannot name an execution, and the name is
 * what keeps a deployment's watch single; so a function stands between them.
 */
export class Announcements extends Construct {
  constructor(scope: Construct, id: string, { stateMachine, eventBus, deadLetterQueue }: AnnouncementsProps) {
    super(scope, id);
    const { stateMachineArn } = stateMachine;
    const start = new EventFunction(this, 'StartWatch', {
      description: 'Starts the watch of a deployment that an event announced',
      bundle: FUNCTIONS.start,
      timeout: START_TIMEOUT,
      environment: startEnvironment.encode({ stateMachineArn }),
      ruleDescription: 'Starts a watch for each Flightcontrol deployment that is announced',
      eventPattern: { source: [DEPLOYMENT_TRIGGERED.source], detailType: [DEPLOYMENT_TRIGGERED.detailType] },
      eventBus,
      deadLetterQueue,
    });
    stateMachine.grantStartExecution(start.function);
    stateMachine.grantExecution(start.function, 'states:DescribeExecution');
  }
}
