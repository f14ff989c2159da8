import type { EventPattern, IEventBus } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { NotificationRecord } from 'flightwatch';

export interface ReactionProps {
  /** Receives the events that could not be delivered. The dead-letter queue of the monitor has an alarm. */
  readonly deadLetterQueue: IQueue;
  /** The event bus of the monitor. @default - the default bus */
  readonly eventBus?: IEventBus;
}

/** For each field of the record that matters, the values that match. */
type Filter<T> = {
  readonly [Name in keyof T]?: NonNullable<T[Name]> extends string | number | boolean
    ? readonly NonNullable<T[Name]>[]
    : Filter<NonNullable<T[Name]>>;
};

/**
 * Matches the outcomes that Flightwatch puts on the event bus, but no test notifications. The detail of the event is the
 * notification's record.
 */
export function deploymentFinished(detail: Filter<NotificationRecord>): EventPattern {
  return {
    source: ['flightwatch'],
    detailType: ['Deployment Finished'],
    detail: { ...detail, test: [{ exists: false }] },
  };
}
