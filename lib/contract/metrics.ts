/** CloudWatch metrics, as a function writes them and the alarms and the dashboard show them. */
export const METRICS = {
  namespace: 'Flightwatch',
  /** Dimensions. `service` is the state machine's name; Powertools names it so. */
  service: 'service',
  environment: 'Environment',
  outcome: 'Outcome',
  /** The value of `Environment` for all preview environments: one for each pull request would cost too much. */
  previews: 'previews',
  /**
   * How long deployments took, and watches that don't know it. A watch writes one of the two, so their samples are all
   * watches: a metric is paid for by the hour in which it is written, and a count of its own would double that.
   */
  deploymentSeconds: 'DeploymentSeconds',
  watchesWithoutDuration: 'WatchesWithoutDuration',
  /** Watches that found no verdict, and notifications that could not be published. */
  watchesFailed: 'WatchesFailed',
  notificationsFailed: 'NotificationsFailed',
  /** Events of GitHub that bear Flightcontrol's marks, but no id. */
  gitHubEventsWithoutId: 'GitHubEventsWithoutId',
} as const;
