/**
 * Announces a deployment; the detail is the input of a watch. An installation may expect another source.
 * Source: docs/watches.md, "Use it from EventBridge".
 */
export const DEPLOYMENT_TRIGGERED = { source: 'flightcontrol', detailType: 'Deployment Triggered' } as const;

/** Tells other programs how a watch has ended; the detail is the notification's record. */
export const DEPLOYMENT_FINISHED = { source: 'flightwatch', detailType: 'Deployment Finished' } as const;

/**
 * GitHub's events about deployments, as they are named on the bus. Source: AWS docs, Receiving events from a SaaS
 * partner with Lambda function URLs.
 */
export const GITHUB_EVENTS = { source: 'github.com', detailTypes: ['deployment', 'deployment_status'] } as const;

/** The detail of an announcement that one of GitHub's events brought about. */
export interface GitHubAnnouncement {
  readonly deploymentId: string;
  readonly announcedBy: 'github';
}

/** True for the names of GitHub's events about deployments. */
export function isGitHubDeploymentEvent(name: unknown): boolean {
  return GITHUB_EVENTS.detailTypes.some((known) => known === name);
}

/** The bus of each account and region that AWS's own events arrive on. */
export const DEFAULT_EVENT_BUS = 'default';

/** What the source of announcements may be: EventBridge reserves names that begin with `aws.`. */
export const EVENT_SOURCE_FORM = '1 to 256 of A-Z a-z 0-9 . _ / -, not beginning with aws.';
export const EVENT_SOURCE_PATTERN = /^(?!aws\.)[\w./-]{1,256}$/i;

/** Source: Step Functions docs, Events sent to EventBridge. */
export const EXECUTION_STATUS_CHANGE = {
  source: 'aws.states',
  detailType: 'Step Functions Execution Status Change',
} as const;

/** The statuses of an execution that did not succeed. Source: Step Functions API, DescribeExecution. */
export const UNSUCCESSFUL_STATUSES = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type UnsuccessfulStatus = (typeof UNSUCCESSFUL_STATUSES)[number];

/** The statuses of an execution that has ended. */
export type EndedStatus = 'SUCCEEDED' | UnsuccessfulStatus;

/** Source: CloudWatch docs, Alarm events and EventBridge. */
export const ALARM_STATE_CHANGE = { source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change' } as const;
