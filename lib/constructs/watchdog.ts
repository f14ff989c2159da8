import { Duration } from 'aws-cdk-lib';
import { type IEventBus, Schedule } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { STEP_FUNCTIONS_CALL, secondsOf } from '../contract/call-limits';
import { reportEnvironment } from '../contract/environment';
import { UNSUCCESSFUL_STATUSES } from '../contract/events';
import { FUNCTIONS } from '../contract/functions';
import { STATES } from '../contract/states';
import { EventFunction, type EventFunctionProps } from './event-function';
import { sendEvent } from './event-state';
import { LoggedStateMachine } from './logged-state-machine';
import { LONGEST_NOTIFY, notify } from './notify-state';
import type { Retention } from './retention';
import { statusChangesOf } from './status-changes';

export interface WatchdogProps {
  /** The watches. */
  readonly stateMachine: StateMachine;
  readonly topic: ITopic;
  /** Where other programs hear how each watch ended. */
  readonly eventBus: IEventBus;
  readonly deadLetterQueue: IQueue;
  readonly retention: Retention;
}

/** History, description and start of an execution, the waits between the SDK's attempts, and the function's own start. */
const REPORT_TIMEOUT = Duration.seconds(3 * secondsOf(STEP_FUNCTIONS_CALL) + 45);

/** The longest that Lambda allows: a sweep makes some calls for each watch that has ended lately. */
const SWEEP_TIMEOUT = Duration.minutes(15);

/**
 * Reports watches that end without a notification: aborted, out of time, or broken. An event tells of them, and a sweep
 * finds those whose event was lost. The report is an execution of a state machine of its own under the name of the
 * watch's execution, so there is only one; and it is published with the same retries as every notification.
 */
export class Watchdog extends Construct {
  readonly stateMachine: LoggedStateMachine;

  constructor(scope: Construct, id: string, props: WatchdogProps) {
    super(scope, id);
    const watches = props.stateMachine;
    this.stateMachine = this.createReports(props);
    this.addReporter('ReportBrokenWatch', props, {
      description: 'Reports a watch that was aborted, ran out of time, or broke',
      bundle: FUNCTIONS.report,
      timeout: REPORT_TIMEOUT,
      ruleDescription: 'Reports watches that ended without a notification',
      trigger: { eventPattern: statusChangesOf([watches], UNSUCCESSFUL_STATUSES) },
    });
    const sweep = this.addReporter('SweepWatches', props, {
      description: 'Reports watches that ended without a notification and whose events were lost',
      bundle: FUNCTIONS.sweep,
      timeout: SWEEP_TIMEOUT,
      ruleDescription: 'Looks for watches that ended without a notification and whose events were lost',
      trigger: { schedule: Schedule.rate(Duration.hours(1)) },
    });
    watches.grant(sweep, 'states:ListExecutions');
    this.stateMachine.grantExecution(sweep, 'states:DescribeExecution');
  }

  private addReporter(
    id: string,
    { stateMachine: watches, deadLetterQueue, retention }: WatchdogProps,
    reporter: Omit<EventFunctionProps, 'environment' | 'deadLetterQueue' | 'retention'>,
  ): IFunction {
    const environment = reportEnvironment.encode({
      watchStateMachineArn: watches.stateMachineArn,
      reportStateMachineArn: this.stateMachine.stateMachineArn,
    });
    const common = { environment, deadLetterQueue, retention };
    const { function: grantee } = new EventFunction(this, id, { ...reporter, ...common });
    watches.grantExecution(grantee, 'states:DescribeExecution', 'states:GetExecutionHistory');
    this.stateMachine.grantStartExecution(grantee);
    return grantee;
  }

  private createReports({ topic, eventBus, retention }: WatchdogProps): LoggedStateMachine {
    const reported = new Succeed(this, STATES.reported);
    const sendReport = sendEvent(this, STATES.sendReport, eventBus, reported);
    const stateMachine = new LoggedStateMachine(this, 'Report', {
      comment: 'Publishes the notification of a watch that ended without one',
      definitionBody: DefinitionBody.fromChainable(notify(this, STATES.publishReport, topic, sendReport)),
      timeout: LONGEST_NOTIFY.plus(Duration.minutes(5)),
      retention,
    });
    topic.grantPublish(stateMachine);
    return stateMachine;
  }
}
