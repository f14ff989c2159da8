/** Announces a deployment; the detail is the input of a watch. Source: the README, "Use it from EventBridge". */
export const DEPLOYMENT_TRIGGERED = { source: 'flightcontrol', detailType: 'Deployment Triggered' } as const;

/** Source: Step Functions docs, Events sent to EventBridge. */
export const EXECUTION_STATUS_CHANGE = {
  source: 'aws.states',
  detailType: 'Step Functions Execution Status Change',
} as const;

/** The statuses of an execution that did not succeed. Source: Step Functions API, DescribeExecution. */
export const UNSUCCESSFUL_STATUSES = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type UnsuccessfulStatus = (typeof UNSUCCESSFUL_STATUSES)[number];

/** The statuses of an execution that has ended. */
export const ENDED_STATUSES = ['SUCCEEDED', ...UNSUCCESSFUL_STATUSES] as const;
export type EndedStatus = (typeof ENDED_STATUSES)[number];
