/** The states that call the poll function: their output holds a new look. */
export const LOOK_STATES = {
  poll: 'Poll Deployment',
  explainFailure: 'Explain Failure',
} as const;

/** The states that publish a notification. `Publish Report` is the report machine's. */
export const NOTIFY_STATES = {
  notifySuccess: 'Notify Success',
  notifyFailure: 'Notify Failure',
  notifyCancellation: 'Notify Cancellation',
  notifyTimeOut: 'Notify Time-Out',
  notifyWatchFailure: 'Notify Watch Failure',
  publishReport: 'Publish Report',
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
