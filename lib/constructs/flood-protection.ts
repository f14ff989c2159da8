import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Choice, Condition, DefinitionBody, type RetryProps, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ALARM_STATE_CHANGE } from '../contract/events';
import { LoggedStateMachine } from './logged-state-machine';
import type { Retention } from './retention';

export interface FloodProtectionProps {
  readonly function: IFunction;
  /** Goes off while the function is flooded. */
  readonly alarm: Alarm;
  readonly deadLetterQueue: IQueue;
  readonly retention: Retention;
}

/** Shorter than the time between closing and opening, so that the two cannot happen in the wrong order. */
const DELIVERY = { retryAttempts: 185, maxEventAge: Duration.minutes(15) };

const RETRY: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(30),
  maxAttempts: 10,
};

/**
 * Closes a function that strangers can invoke while its alarm is on, and opens it again. A reserved concurrency of 0 is
 * allowed in every account, as it takes nothing from the other functions. A state machine does it, not a function: a
 * flood that uses up the account's concurrency would keep a function from running.
 */
export class FloodProtection extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: FloodProtectionProps) {
    super(scope, id);
    const { alarm, deadLetterQueue, retention } = props;
    this.stateMachine = new LoggedStateMachine(this, 'StateMachine', {
      comment: 'Closes the webhook receiver during a flood of requests, and opens it again',
      definitionBody: DefinitionBody.fromChainable(this.define(props.function)),
      timeout: Duration.minutes(10),
      retention,
    });
    new Rule(this, 'Rule', {
      description: 'Closes and opens the webhook receiver as its alarm says',
      eventPattern: {
        source: [ALARM_STATE_CHANGE.source],
        detailType: [ALARM_STATE_CHANGE.detailType],
        resources: [alarm.alarmArn],
      },
      targets: [new SfnStateMachine(this.stateMachine, { ...DELIVERY, deadLetterQueue })],
    });
  }

  private define(target: IFunction): Choice {
    const close = this.call('Close Receiver', target, 'putFunctionConcurrency', { ReservedConcurrentExecutions: 0 });
    const open = this.call('Open Receiver', target, 'deleteFunctionConcurrency');
    return new Choice(this, 'Receiver Flooded?')
      .when(Condition.stringEquals('$.detail.state.value', 'ALARM'), close)
      .otherwise(open);
  }

  private call(id: string, { functionName, functionArn }: IFunction, action: string, more: object = {}) {
    const call = new CallAwsService(this, id, {
      service: 'lambda',
      action,
      parameters: { FunctionName: functionName, ...more },
      iamAction: `lambda:${action.replace(/^./, (letter) => letter.toUpperCase())}`,
      iamResources: [functionArn],
    });
    call.addRetry(RETRY);
    return call;
  }
}
