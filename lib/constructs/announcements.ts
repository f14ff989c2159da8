import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { STEP_FUNCTIONS_CALL, secondsOf } from '../contract/call-limits';
import { gitHubFilterEnvironment, startEnvironment } from '../contract/environment';
import { DEPLOYMENT_TRIGGERED, GITHUB_EVENTS } from '../contract/events';
import { FUNCTIONS } from '../contract/functions';
import { EventFunction } from './event-function';
import type { GitHubOptions } from './monitor-options';
import type { Retention } from './retention';

export interface AnnouncementsProps {
  /** Started for each deployment that is announced. */
  readonly stateMachine: StateMachine;
  readonly eventBus?: IEventBus | undefined;
  readonly eventSource: string;
  readonly gitHub: GitHubOptions;
  readonly deadLetterQueue: IQueue;
  readonly retention: Retention;
}

/** A look for later attempts, which are described at once, a start, a description, and a read of the history. */
const CALLS_PER_ATTEMPT = 4;

/** A watch that brought no verdict and the one after it, and the function's own start. */
const START_TIMEOUT = Duration.seconds(2 * CALLS_PER_ATTEMPT * secondsOf(STEP_FUNCTIONS_CALL) + 10);

/**
 * Starts a watch for each deployment that is announced by an event. A rule cannot name an execution, and the name is
 * what keeps a deployment's watch single; so a function stands between them.
 */
export class Announcements extends Construct {
  constructor(scope: Construct, id: string, props: AnnouncementsProps) {
    super(scope, id);
    const { stateMachine, eventBus, eventSource, gitHub, deadLetterQueue, retention } = props;
    const { stateMachineArn } = stateMachine;
    const start = new EventFunction(this, 'StartWatch', {
      description: 'Starts the watch of a deployment that an event announced',
      bundle: FUNCTIONS.start,
      timeout: START_TIMEOUT,
      environment: {
        ...startEnvironment.encode({ stateMachineArn }),
        ...(gitHub.events && gitHubFilterEnvironment.encode(gitHub.filter)),
      },
      ruleDescription: 'Starts a watch for each Flightcontrol deployment that is announced',
      trigger: { eventPattern: { source: [eventSource], detailType: [DEPLOYMENT_TRIGGERED.detailType] }, eventBus },
      deadLetterQueue,
      retention,
    });
    if (gitHub.events) {
      start.addRule('GitHubRule', 'Starts a watch for each deployment that GitHub announces', {
        eventPattern: { source: [GITHUB_EVENTS.source], detailType: [...GITHUB_EVENTS.detailTypes] },
        eventBus,
      });
    }
    stateMachine.grantStartExecution(start.function);
    // The history tells whether a watch that was aborted had found its verdict.
    stateMachine.grantExecution(start.function, 'states:DescribeExecution', 'states:GetExecutionHistory');
  }
}
