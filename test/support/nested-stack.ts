import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { DefinitionBody, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { WatchDeployment } from '../../examples/nested-workflow/watch-deployment';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';

/** The output with the ARN of the state machine. */
export const WORKFLOW_ARN = 'WorkflowArn';

/**
 * Synthesises a stack with the step of the example, as a state machine of its own.
 *
 * @param stateMachineArn of Flightwatch
 * @param outdir where the cloud assembly goes
 */
export function synthesiseStep(stackName: string, stateMachineArn: string, outdir: string): void {
  const stack = new Stack(new App({ outdir }), stackName);
  const monitor = DeploymentMonitor.fromStateMachineArn(stack, 'Flightwatch', stateMachineArn);
  const step = new WatchDeployment(stack, 'WatchDeployment', { monitor });
  const definitionBody = DefinitionBody.fromChainable(step.next(new Succeed(stack, 'Deployed')));
  const { stateMachineArn: value } = new StateMachine(stack, 'Workflow', { definitionBody });
  new CfnOutput(stack, WORKFLOW_ARN, { value });
  (stack.node.root as App).synth();
}
