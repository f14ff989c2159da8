import { Duration } from 'aws-cdk-lib';
import { BuildEnvironmentVariableType, BuildSpec, LinuxBuildImage, PipelineProject } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import {
  CodeBuildAction,
  CodeStarConnectionsSourceAction,
  StateMachineInput,
  StepFunctionInvokeAction,
} from 'aws-cdk-lib/aws-codepipeline-actions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { DefinitionBody, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { IDeploymentMonitor } from 'flightwatch';
import { WatchDeployment } from './watch-deployment.ts';

export interface ReleasePipelineProps {
  /** Watches the deployments. */
  readonly monitor: IDeploymentMonitor;
  /** Its value is the URL of the environment's deploy hook. */
  readonly deployHookUrl: ISecret;
  /** The repository that Flightcontrol deploys, with Flightwatch among its dependencies. */
  readonly repository: { readonly owner: string; readonly name: string; readonly branch: string };
  /** The connection to GitHub, made in the console of CodePipeline. */
  readonly connectionArn: string;
}

/**
 * Deploys each commit with a deploy hook, and goes on if the deployment succeeds.
 *
 * CodePipeline chooses the names of the executions that it starts. A watch needs the name that keeps it single, so the
 * pipeline starts a small state machine, and that one starts or joins the watch.
 */
export class ReleasePipeline extends Construct {
  /** The input is `{"deploymentId":"clcp..."}`. It succeeds if the deployment does. */
  readonly stateMachine: StateMachine;
  readonly pipeline: Pipeline;

  constructor(
    scope: Construct,
    id: string,
    { monitor, deployHookUrl, repository, connectionArn }: ReleasePipelineProps,
  ) {
    super(scope, id);
    const watch = new WatchDeployment(this, 'WatchDeployment', { monitor });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromChainable(watch.next(new Succeed(this, 'Deployed'))),
      // The longest watch takes 25 hours.
      timeout: Duration.hours(26),
    });
    const callDeployHook = new PipelineProject(this, 'CallDeployHook', {
      description: 'Calls a deploy hook of Flightcontrol',
      environment: { buildImage: LinuxBuildImage.STANDARD_7_0 },
      buildSpec: BuildSpec.fromObject(CALL_DEPLOY_HOOK),
      timeout: Duration.minutes(15),
    });
    monitor.grantStart(callDeployHook);

    const commit = new Artifact('Commit');
    const takeCommit = new CodeStarConnectionsSourceAction({
      actionName: 'TakeCommit',
      connectionArn,
      owner: repository.owner,
      repo: repository.name,
      branch: repository.branch,
      output: commit,
    });
    const deploy = new CodeBuildAction({
      actionName: 'CallDeployHook',
      project: callDeployHook,
      input: commit,
      environmentVariables: {
        FLIGHTCONTROL_DEPLOY_HOOK_URL: {
          type: BuildEnvironmentVariableType.SECRETS_MANAGER,
          value: deployHookUrl.secretArn,
        },
        FLIGHTWATCH_STATE_MACHINE_ARN: { value: monitor.stateMachine.stateMachineArn },
        BRANCH: { value: repository.branch },
        COMMIT: { value: takeCommit.variables.commitId },
      },
    });
    const waitForVerdict = new StepFunctionInvokeAction({
      actionName: 'WaitForVerdict',
      stateMachine: this.stateMachine,
      stateMachineInput: StateMachineInput.literal({ deploymentId: deploy.variable('DEPLOYMENT_ID') }),
    });
    this.pipeline = new Pipeline(this, 'Pipeline', {
      pipelineType: PipelineType.V2,
      usePipelineRoleForActions: true,
      stages: [
        { stageName: 'Source', actions: [takeCommit] },
        { stageName: 'Deploy', actions: [deploy] },
        { stageName: 'Watch', actions: [waitForVerdict] },
        // Your next stages follow here.
      ],
    });
    // The CDK grants it under the former name of the service, codestar-connections, which newer connections do not have.
    this.pipeline.addToRolePolicy(
      new PolicyStatement({ actions: ['codeconnections:UseConnection'], resources: [connectionArn] }),
    );
  }
}

/** The first line that the command prints is `{"deploymentId":"clcp...","status":"TRIGGERED"}`. */
const CALL_DEPLOY_HOOK = {
  version: '0.2',
  env: { 'exported-variables': ['DEPLOYMENT_ID'] },
  phases: {
    install: { 'runtime-versions': { nodejs: 22 }, commands: ['npm ci'] },
    build: {
      commands: [
        'npx flightwatch trigger --branch "$BRANCH" --commit "$COMMIT" --no-wait --json > triggered.jsonl',
        'export DEPLOYMENT_ID=$(head -n 1 triggered.jsonl | jq --raw-output .deploymentId)',
      ],
    },
  },
};
