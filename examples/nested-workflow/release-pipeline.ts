import { Duration } from 'aws-cdk-lib';
import { BuildSpec, LinuxBuildImage, PipelineProject } from 'aws-cdk-lib/aws-codebuild';
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
    deployHookUrl.grantRead(callDeployHook);
    // For a secret with a customer managed key: what the CDK has just added to an imported key has no effect.
    deployHookUrl.encryptionKey?.grantDecrypt(callDeployHook);

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
        DEPLOY_HOOK_SECRET_ARN: { value: deployHookUrl.secretArn },
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

/** Whoever has the URL can deploy, so it is in no variable, and goes to the command alone. */
const TRIGGER = `set -o pipefail
aws secretsmanager get-secret-value --secret-id "$DEPLOY_HOOK_SECRET_ARN" --query SecretString --output text |
  npx flightwatch trigger --hook-url-stdin --branch "$BRANCH" --commit "$COMMIT" --no-wait --json > triggered.jsonl`;

/** The first line that the command prints is `{"deploymentId":"clcp...","status":"TRIGGERED"}`. */
const CALL_DEPLOY_HOOK = {
  version: '0.2',
  env: { shell: 'bash', 'exported-variables': ['DEPLOYMENT_ID'] },
  phases: {
    // The scripts of dependencies could read the secret as this role.
    install: { 'runtime-versions': { nodejs: 22 }, commands: ['npm ci --ignore-scripts'] },
    build: {
      commands: [
        TRIGGER,
        'DEPLOYMENT_ID=$(head -n 1 triggered.jsonl | jq --exit-status --raw-output .deploymentId)',
        'export DEPLOYMENT_ID',
      ],
    },
  },
};
