import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { DeploymentMonitor } from 'flightwatch';
import { ReleasePipeline } from './release-pipeline.ts';
import { ReleaseWorkflow } from './release-workflow.ts';

const app = new App();

// The output StateMachineArn of the stack that Flightwatch is in. In that stack itself, use the DeploymentMonitor.
const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:flightwatch';

const release = new Stack(app, 'Release');
const decisions = new Topic(release, 'Decisions', { enforceSSL: true });
decisions.addSubscription(new EmailSubscription('you@example.com'));
const workflow = new ReleaseWorkflow(release, 'Workflow', {
  monitor: DeploymentMonitor.fromStateMachineArn(release, 'Flightwatch', stateMachineArn),
  tests: StateMachine.fromStateMachineName(release, 'EndToEndTests', 'your-end-to-end-tests'),
  decisions,
});
new CfnOutput(release, 'WorkflowArn', { value: workflow.stateMachine.stateMachineArn });

const pipeline = new Stack(app, 'ReleasePipeline');
new ReleasePipeline(pipeline, 'Release', {
  monitor: DeploymentMonitor.fromStateMachineArn(pipeline, 'Flightwatch', stateMachineArn),
  deployHookUrl: Secret.fromSecretNameV2(pipeline, 'DeployHookUrl', 'flightcontrol-deploy-hook'),
  repository: { owner: 'your-organisation', name: 'your-repository', branch: 'main' },
  connectionArn: 'arn:aws:codeconnections:us-east-1:123456789012:connection/your-connection',
});
