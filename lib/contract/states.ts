/** The states of both state machines, as people read them in the console and programs in an execution's history. */
export const STATES = {
  begin: 'Begin Watch',
  poll: 'Poll Deployment',
  wait: 'Wait Before Next Poll',
  finished: 'Deployment Finished?',
  explainFailure: 'Explain Failure',
  deploymentKnown: 'Deployment Known?',
  useLastLook: 'Use Last Look',
  useRequestedId: 'Use Requested Id',
  useNothing: 'Use Nothing',
  describeFailurePlainly: 'Describe Failure Plainly',
  writePlainChatMessage: 'Write Plain Chat Message',
  writePlainNotification: 'Write Plain Notification',
  notifySuccess: 'Notify Success',
  notifyFailure: 'Notify Failure',
  notifyCancellation: 'Notify Cancellation',
  notifyTimeOut: 'Notify Time-Out',
  notifyWatchFailure: 'Notify Watch Failure',
  watchSucceeded: 'Watch Succeeded',
  deploymentFailed: 'Deployment Failed',
  deploymentCancelled: 'Deployment Cancelled',
  watchTimedOut: 'Watch Timed Out',
  watchFailed: 'Watch Failed',
  notificationFailed: 'Notification Failed',
  publishReport: 'Publish Report',
  reported: 'Reported',
} as const;

export type StateName = (typeof STATES)[keyof typeof STATES];

const NOTIFY_STATES: readonly string[] = [
  STATES.notifySuccess,
  STATES.notifyFailure,
  STATES.notifyCancellation,
  STATES.notifyTimeOut,
  STATES.notifyWatchFailure,
  STATES.publishReport,
];

const LOOK_STATES: readonly string[] = [STATES.poll, STATES.explainFailure];

/** True for the states that publish the notification: an execution that has left one has notified its subscribers. */
export function isNotifyState(name: string | undefined): boolean {
  return name !== undefined && NOTIFY_STATES.includes(name);
}

/** True for the states that call the poll function: their output holds a new look. */
export function isLookState(name: string | undefined): boolean {
  return name !== undefined && LOOK_STATES.includes(name);
}
