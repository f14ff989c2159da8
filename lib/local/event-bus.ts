import type { NotificationRecord } from '../notification/record';

/** The parameters of `events:putEvents`, as the state machine passes them. */
export interface PutEventsInput {
  readonly Entries: readonly {
    readonly Source: string;
    readonly DetailType: string;
    readonly EventBusName: string;
    /** An object; Step Functions passes it on as JSON text. */
    readonly Detail: NotificationRecord;
  }[];
}

/** An event bus in memory. Source: EventBridge API, PutEvents. */
export class LocalEventBus {
  /** Details of the events, each of which tells how a watch ended. */
  readonly finished: NotificationRecord[] = [];

  putEvents = async ({ Entries }: PutEventsInput): Promise<unknown> => {
    this.finished.push(...Entries.map(({ Detail }) => Detail));
    return { Entries: Entries.map((_, index) => ({ EventId: String(index) })), FailedEntryCount: 0 };
  };
}
