import { Duration } from 'aws-cdk-lib';
import { type EventPattern, type IEventBus, Rule, type Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { withoutUndefined } from '../objects';
import { FlightwatchFunction, type FlightwatchFunctionProps } from './flightwatch-function';

export interface EventFunctionProps extends FlightwatchFunctionProps {
  readonly trigger: Trigger;
  /** What the rule is for. */
  readonly ruleDescription: string;
  /** Gets the events that EventBridge could not deliver and those that the function gave up. */
  readonly deadLetterQueue: IQueue;
}

/** Events, of the default bus unless there is another, or a schedule. */
type Trigger =
  | { readonly eventPattern: EventPattern; readonly eventBus?: IEventBus | undefined }
  | { readonly schedule: Schedule };

/**
 * EventBridge retries until Lambda has accepted the event, for as long as it can: a late event still brings a true
 * notification. Source: EventBridge docs, Retry policy.
 */
const DELIVERY = { retryAttempts: 185, maxEventAge: Duration.hours(24) };

/** Lambda then runs the function up to three times, for as long as it can. Source: Lambda docs, Asynchronous invocation. */
const INVOCATION = { retryAttempts: 2, maxEventAge: Duration.hours(6) };

/** A function behind a rule: no event is lost without a dead letter. */
export class EventFunction extends Construct {
  readonly function: FlightwatchFunction;
  private readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, props: EventFunctionProps) {
    super(scope, id);
    const { deadLetterQueue, trigger, ruleDescription, ...functionProps } = props;
    this.function = new FlightwatchFunction(this, 'Function', functionProps);
    this.function.configureAsyncInvoke({ ...INVOCATION, onFailure: new SqsDestination(deadLetterQueue) });
    this.deadLetterQueue = deadLetterQueue;
    this.addRule('Rule', ruleDescription, trigger);
  }

  /** One more rule whose events the function gets. */
  addRule(id: string, description: string, trigger: Trigger): void {
    const { deadLetterQueue } = this;
    new Rule(this, id, {
      description,
      ...withoutUndefined(trigger),
      targets: [new LambdaFunction(this.function, { ...DELIVERY, deadLetterQueue })],
    });
  }
}
