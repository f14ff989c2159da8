/** Names that the deployed resources and the code they run agree on. */

/** How a watch can end. Source: the README, "Outcomes". */
export const OUTCOMES = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT', 'WATCH_FAILED'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The value that sends the state machine round once more. */
export const IN_PROGRESS = 'IN_PROGRESS';

/** The error that an execution ends with; a succeeded one has none. */
export const ERROR_OF_OUTCOME: Readonly<Record<Exclude<Outcome, 'SUCCEEDED'>, string>> = {
  FAILED: 'DeploymentFailed',
  CANCELLED: 'DeploymentCancelled',
  TIMED_OUT: 'WatchTimedOut',
  WATCH_FAILED: 'WatchFailed',
};

/** The error of an execution whose notification could not be published. */
export const NOTIFICATION_FAILED = 'NotificationFailed';

/** What the poll function throws so that Step Functions asks again. */
export const PASSING_ERRORS = {
  flightcontrolUnavailable: 'FlightcontrolUnavailable',
  flightcontrolNotUnderstood: 'FlightcontrolNotUnderstood',
  secretUnavailable: 'SecretUnavailable',
} as const;

/** Environment variables of the poll function. */
export const POLL_ENVIRONMENT = {
  apiKeySecretArn: 'API_KEY_SECRET_ARN',
  api: 'FLIGHTCONTROL_API',
  apiBaseUrl: 'FLIGHTCONTROL_API_BASE_URL',
  timeoutMinutes: 'TIMEOUT_MINUTES',
  pacing: 'PACING',
} as const;

/** Environment variables of the function that starts a watch. */
export const START_ENVIRONMENT = { stateMachineArn: 'STATE_MACHINE_ARN' } as const;

/** Environment variables of the function that reports broken watches. */
export const REPORT_ENVIRONMENT = {
  watchStateMachineArn: 'WATCH_STATE_MACHINE_ARN',
  reportStateMachineArn: 'REPORT_STATE_MACHINE_ARN',
} as const;

/** CloudWatch metrics, as a function writes them and the alarms and the dashboard show them. */
export const METRICS = {
  namespace: 'Flightwatch',
  /** The environment variable with the value of the dimension `service`: the state machine's name. */
  serviceVariable: 'SERVICE',
  /** Dimensions. */
  service: 'service',
  environment: 'Environment',
  outcome: 'Outcome',
  /** Watches that are over, and how long their deployments took. */
  watches: 'Watches',
  deploymentSeconds: 'DeploymentSeconds',
  /** Watches that could not tell, and notifications that could not be published. */
  watchesFailed: 'WatchesFailed',
  notificationsFailed: 'NotificationsFailed',
} as const;

/** Bounds of `timeoutMinutes`, in settings and in the input of a watch. */
export const MIN_TIMEOUT_MINUTES = 1;
export const MAX_TIMEOUT_MINUTES = 1440;
export const DEFAULT_TIMEOUT_MINUTES = 120;
