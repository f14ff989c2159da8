import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { STEP_FUNCTIONS_CALL, secondsOf } from '../contract/call-limits';
import { measureEnvironment } from '../contract/environment';
import { ENDED_STATUSES } from '../contract/events';
import { FUNCTIONS } from '../contract/functions';
import { EventFunction } from './event-function';
import { statusChangesOf } from './status-changes';

export interface MeasurementsProps {
  readonly watches: StateMachine;
  /** The reports of watches that ended without a notification. */
  readonly reports: StateMachine;
  readonly deadLetterQueue: IQueue;
}

/** A read of the history, the waits between the SDK's attempts, and the function's own start. */
const MEASURE_TIMEOUT = Duration.seconds(secondsOf(STEP_FUNCTIONS_CALL) + 35);

/** Writes the metrics that the alarms and the dashboard show, for each watch that has ended. */
export class Measurements extends Construct {
  constructor(scope: Construct, id: string, { watches, reports, deadLetterQueue }: MeasurementsProps) {
    super(scope, id);
    const measure = new EventFunction(this, 'MeasureWatch', {
      description: 'Writes the metrics of a watch that has ended',
      bundle: FUNCTIONS.measure,
      timeout: MEASURE_TIMEOUT,
      environment: measureEnvironment.encode({ stateMachineName: watches.stateMachineName }),
      ruleDescription: 'Measures each watch that has ended',
      trigger: { eventPattern: statusChangesOf([watches, reports], ENDED_STATUSES) },
      deadLetterQueue,
    });
    for (const stateMachine of [watches, reports]) {
      stateMachine.grantExecution(measure.function, 'states:GetExecutionHistory');
    }
  }
}
