import { EVENT_STATES, LOOK_STATES, NOTIFY_STATES } from './state-kinds';

/** The states of both state machines, as people read them in the console and programs in an execution's history. */
export const STATES = {
  ...LOOK_STATES,
  ...NOTIFY_STATES,
  ...EVENT_STATES,
  begin: 'Begin Watch',
  wait: 'Wait Before Next Poll',
  finished: 'Deployment Finished?',
  deploymentKnown: 'Deployment Known?',
  useLastLook: 'Use Last Look',
  useRequestedId: 'Use Requested Id',
  useNothing: 'Use Nothing',
  describeFailurePlainly: 'Describe Failure Plainly',
  writePlainChatMessage: 'Write Plain Chat Message',
  writePlainNotification: 'Write Plain Notification',
  watchSucceeded: 'Watch Succeeded',
  deploymentFailed: 'Deployment Failed',
  deploymentCancelled: 'Deployment Cancelled',
  watchTimedOut: 'Watch Timed Out',
  watchFailed: 'Watch Failed',
  notificationFailed: 'Notification Failed',
  reported: 'Reported',
} as const;

export type StateName = (typeof STATES)[keyof typeof STATES];
