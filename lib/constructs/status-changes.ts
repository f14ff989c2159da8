import type { EventPattern } from 'aws-cdk-lib/aws-events';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type EndedStatus, EXECUTION_STATUS_CHANGE } from '../contract/events';

/** The events of executions that reach one of these statuses. Source: Step Functions docs, Events sent to EventBridge. */
export function statusChangesOf(
  stateMachines: readonly IStateMachine[],
  statuses: readonly EndedStatus[],
  others: { readonly error?: string[] } = {},
): EventPattern {
  return {
    source: [EXECUTION_STATUS_CHANGE.source],
    detailType: [EXECUTION_STATUS_CHANGE.detailType],
    detail: {
      status: [...statuses],
      stateMachineArn: stateMachines.map(({ stateMachineArn }) => stateMachineArn),
      ...others,
    },
  };
}
