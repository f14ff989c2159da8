import { Duration } from 'aws-cdk-lib';
import { type EventPattern, type IEventBus, Match } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { HISTORY_WRITE, secondsOf } from '../contract/call-limits';
import { historyEnvironment, recordEnvironment } from '../contract/environment';
import { NOTIFICATION_FAILED } from '../contract/errors';
import { DEPLOYMENT_FINISHED, UNSUCCESSFUL_STATUSES } from '../contract/events';
import { FUNCTIONS } from '../contract/functions';
import { EventFunction } from './event-function';
import { executionArnOf } from './execution-arns';
import type { History } from './history';
import type { Retention } from './retention';
import { statusChangesOf } from './status-changes';

export interface OutcomesProps {
  readonly watches: StateMachine;
  /** The reports of watches that ended without a notification. */
  readonly reports: StateMachine;
  /** Where the state machines put their events. @default - the default bus */
  readonly eventBus?: IEventBus | undefined;
  /** @default - nothing is remembered */
  readonly history?: History | undefined;
  readonly deadLetterQueue: IQueue;
  readonly retention: Retention;
}

/** A put, then a read, a query and a put for each time that somebody else was quicker, and the function's own start. */
const RECORD_TIMEOUT = Duration.seconds(3 * 4 * secondsOf(HISTORY_WRITE) + 30);

/** Keeps how each watch ended: the verdict in the history, and metrics for the alarms and the dashboard. */
export class Outcomes extends Construct {
  constructor(scope: Construct, id: string, props: OutcomesProps) {
    super(scope, id);
    const { watches, reports, eventBus, history, deadLetterQueue, retention } = props;
    const record = new EventFunction(this, 'RecordOutcome', {
      description: 'Keeps how a watch ended: its verdict in the history, and metrics',
      bundle: FUNCTIONS.record,
      timeout: RECORD_TIMEOUT,
      environment: {
        ...recordEnvironment.encode({ stateMachineName: watches.stateMachineName }),
        ...historyEnvironment.encode(history?.table.tableName),
      },
      ruleDescription: 'Keeps how each watch ended',
      trigger: { eventPattern: finishedEventsOf(watches), eventBus },
      deadLetterQueue,
      retention,
    });
    // Such an execution has put no event on the bus.
    record.addRule('UnpublishedRule', 'Counts watches that could not publish their notification', {
      eventPattern: statusChangesOf([watches], ['FAILED'], { error: [NOTIFICATION_FAILED] }),
    });
    record.addRule('UnpublishedReportRule', 'Counts reports that could not publish their notification', {
      eventPattern: statusChangesOf([reports], UNSUCCESSFUL_STATUSES),
    });
    history?.grantWrite(record.function);
  }
}

/** Only of these watches: several installations may share a bus. */
export function finishedEventsOf(watches: StateMachine, detail: Readonly<Record<string, unknown>> = {}): EventPattern {
  return {
    source: [DEPLOYMENT_FINISHED.source],
    detailType: [DEPLOYMENT_FINISHED.detailType],
    detail: { executionArn: Match.prefix(executionArnOf(watches, '')), ...detail },
  };
}
