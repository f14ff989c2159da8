import { Duration } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { REPORT_ENVIRONMENT } from '../contract/names';
import { FlightwatchFunction } from './flightwatch-function';
import { LoggedStateMachine } from './logged-state-machine';
import { notify } from './watch-states';

export interface WatchdogProps {
  /** The watches. */
  readonly stateMachine: LoggedStateMachine;
  readonly topic: ITopic;
  readonly deadLetterQueue: IQueue;
}

/** Three calls with five attempts of 5 s each, their waits, and the start of the function. */
const REPORT_TIMEOUT = Duration.seconds(120);

/** 13 attempts of 60 s, and between them waits of 60 s at most. */
const BACKSTOP = Duration.minutes(13 + 12 + 5);

/**
 * Reports watches that end without a word: aborted, out of time, or broken. The report is an execution of a state machine
 * of its own under the name of the watch's execution, so it is made once; and its publishing is tried like every other.
 */
export class Watchdog extends Construct {
  readonly stateMachine: LoggedStateMachine;
  readonly reportFunction: FlightwatchFunction;

  constructor(scope: Construct, id: string, props: WatchdogProps) {
    super(scope, id);
    this.stateMachine = this.createStateMachine(props);
    this.reportFunction = this.createFunction(props);
    new Rule(this, 'WatchClosed', {
      description: 'Reports watches that closed without a word',
      eventPattern: statusChangesOf([props.stateMachine], ['FAILED', 'TIMED_OUT', 'ABORTED']),
      targets: [
        new LambdaFunction(this.reportFunction, {
          deadLetterQueue: props.deadLetterQueue,
          maxEventAge: Duration.hours(24),
          retryAttempts: 185,
        }),
      ],
    });
  }

  private createStateMachine({ topic }: WatchdogProps): LoggedStateMachine {
    const reported = new Succeed(this, 'Reported');
    const stateMachine = new LoggedStateMachine(this, 'Report', {
      comment: 'Reports a watch that ended without a word',
      definitionBody: DefinitionBody.fromChainable(notify(this, 'Notify Watch Failure', topic, reported)),
      timeout: BACKSTOP,
    });
    topic.grantPublish(stateMachine);
    return stateMachine;
  }

  private createFunction({ stateMachine: watches, deadLetterQueue }: WatchdogProps): FlightwatchFunction {
    const reportFunction = new FlightwatchFunction(this, 'ReportBrokenWatch', {
      description: 'Reports a watch that was aborted, ran out of time, or broke',
      bundle: 'report-broken-watch',
      timeout: REPORT_TIMEOUT,
      environment: {
        [REPORT_ENVIRONMENT.watchStateMachineArn]: watches.stateMachineArn,
        [REPORT_ENVIRONMENT.reportStateMachineArn]: this.stateMachine.stateMachineArn,
      },
    });
    reportFunction.configureAsyncInvoke({ onFailure: new SqsDestination(deadLetterQueue), retryAttempts: 2 });
    watches.grantExecution(reportFunction, 'states:DescribeExecution', 'states:GetExecutionHistory');
    this.stateMachine.grantStartExecution(reportFunction);
    return reportFunction;
  }
}

/** Source: Step Functions docs, Events sent to EventBridge. */
export function statusChangesOf(stateMachines: readonly LoggedStateMachine[], status: string[]): EventPattern {
  return {
    source: ['aws.states'],
    detailType: ['Step Functions Execution Status Change'],
    detail: { status, stateMachineArn: stateMachines.map(({ stateMachineArn }) => stateMachineArn) },
  };
}
