import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';

/** @param name of an execution, or `*` for all; an empty one is what the ARNs of all executions begin with */
export function executionArnOf(stateMachine: StateMachine, name: string): string {
  return Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName: `${stateMachine.stateMachineName}:${name}`,
  });
}
