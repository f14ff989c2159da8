import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS } from '../contract/names';
import { FlightwatchFunction } from './flightwatch-function';
import type { LoggedStateMachine } from './logged-state-machine';
import { statusChangesOf } from './watchdog';

export interface MeasurementsProps {
  readonly watches: LoggedStateMachine;
  /** Of watches that ended without a word. */
  readonly reports: LoggedStateMachine;
  readonly deadLetterQueue: IQueue;
}

/** Five attempts of 5 s, their waits, and the start of the function. */
const MEASURE_TIMEOUT = Duration.seconds(60);

/** Writes the metrics that the alarms and the dashboard show, for each watch that is over. */
export class Measurements extends Construct {
  constructor(scope: Construct, id: string, { watches, reports, deadLetterQueue }: MeasurementsProps) {
    super(scope, id);
    const measureFunction = new FlightwatchFunction(this, 'MeasureWatch', {
      description: 'Writes the metrics of a watch that is over',
      bundle: 'measure-watch',
      timeout: MEASURE_TIMEOUT,
      environment: { [METRICS.serviceVariable]: watches.stateMachineName },
    });
    measureFunction.configureAsyncInvoke({ onFailure: new SqsDestination(deadLetterQueue), retryAttempts: 2 });
    for (const stateMachine of [watches, reports]) {
      stateMachine.grantExecution(measureFunction, 'states:GetExecutionHistory');
    }
    new Rule(this, 'WatchOver', {
      description: 'Measures each watch that is over',
      eventPattern: statusChangesOf([watches, reports], ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
      targets: [new LambdaFunction(measureFunction, { deadLetterQueue })],
    });
  }
}
