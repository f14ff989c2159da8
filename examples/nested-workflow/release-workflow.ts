import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  DefinitionBody,
  IntegrationPattern,
  type IStateMachine,
  JsonPath,
  StateMachine,
  Succeed,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { SnsPublish, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { IDeploymentMonitor } from 'flightwatch';
import { WatchDeployment } from './watch-deployment.ts';

export interface ReleaseWorkflowProps {
  /** Watches the deployment. */
  readonly monitor: IDeploymentMonitor;
  /** Runs the tests, and fails if they do. Its input is `{"deploymentId":"clcp..."}`. */
  readonly tests: IStateMachine;
  /** Who decides if nobody can tell how the deployment finished. */
  readonly decisions: ITopic;
}

/** Watches a deployment, then runs the tests against it. The input is `{"deploymentId":"clcp..."}`. */
export class ReleaseWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { monitor, tests, decisions }: ReleaseWorkflowProps) {
    super(scope, id);
    const runTests = new StepFunctionsStartExecution(this, 'Run Tests', {
      stateMachine: tests,
      integrationPattern: IntegrationPattern.RUN_JOB,
      input: TaskInput.fromObject({ deploymentId: JsonPath.stringAt('$.deploymentId') }),
      associateWithParent: true,
      resultPath: JsonPath.DISCARD,
    });
    const askSomebody = this.askSomebody(decisions);
    const watch = new WatchDeployment(this, 'WatchDeployment', { monitor, onNoVerdict: askSomebody });
    const released = new Succeed(this, 'Released');

    watch.next(runTests);
    askSomebody.next(runTests);
    runTests.next(released);

    this.stateMachine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromChainable(watch),
      // The longest watch takes 25 hours, a decision up to 24.
      timeout: Duration.days(3),
    });
  }

  /** Sends a mail with two commands, and waits until somebody has run one of them. */
  private askSomebody(decisions: ITopic): SnsPublish {
    return new SnsPublish(this, 'Ask Somebody', {
      topic: decisions,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      subject: 'Release: did the deployment succeed?',
      message: TaskInput.fromText(
        JsonPath.format(
          QUESTION,
          JsonPath.stringAt('$.deploymentId'),
          JsonPath.stringAt('$.watch.reason'),
          JsonPath.taskToken,
          JsonPath.taskToken,
        ),
      ),
      taskTimeout: Timeout.duration(Duration.hours(24)),
      resultPath: JsonPath.DISCARD,
    });
  }
}

const QUESTION = `Nobody can tell how deployment {} finished. {}

If it succeeded, go on with the tests:
aws stepfunctions send-task-success --task-output true --task-token {}

If it did not, end the release:
aws stepfunctions send-task-failure --error DeploymentFailed --task-token {}`;
