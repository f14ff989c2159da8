/** The states that call the poll function: their output holds a new look. */
export const LOOK_STATES = {
  poll: 'Poll Deployment',
  explainFailure: 'Explain Failure',
} as const;

/** The states that publish a notification. The last one is the report machine's, as below. */
export const NOTIFY_STATES = {
  notifySuccess: 'Notify Success',
  notifyFailure: 'Notify Failure',
  notifyCancellation: 'Notify Cancellation',
  notifyTimeOut: 'Notify Time-Out',
  notifyWatchFailure: 'Notify Watch Failure',
  publishReport: 'Publish Report',
} as const;

/** The states that put `Deployment Finished` on the event bus, each behind the one that publishes. */
export const EVENT_STATES = {
  sendSuccess: 'Send Success Event',
  sendFailure: 'Send Failure Event',
  sendCancellation: 'Send Cancellation Event',
  sendTimeOut: 'Send Time-Out Event',
  sendWatchFailure: 'Send Watch Failure Event',
  sendReport: 'Send Report Event',
} as const;

/** True for the states that publish the notification: an execution that has left one has notified its subscribers. */
export function isNotifyState(name: string | undefined): boolean {
  return includes(NOTIFY_STATES, name);
}

/** True for the states that call the poll function: their output holds a new look. */
export function isLookState(name: string | undefined): boolean {
  return includes(LOOK_STATES, name);
}

function includes(states: Readonly<Record<string, string>>, name: string | undefined): boolean {
  return name !== undefined && Object.values(states).includes(name);
}
