import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  DefinitionBody,
  Fail,
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
import { NOT_STARTED, UNNAMED } from './watch-conditions.ts';
import { WatchDeployment } from './watch-deployment.ts';

export interface ReleaseWorkflowProps {
  /** Watches the deployment. */
  readonly monitor: IDeploymentMonitor;
  /** Runs the tests, and fails if they do. Its input is `{"deploymentId":"clcp..."}`. */
  readonly tests: IStateMachine;
  /** Who decides if it is not known how the deployment finished. */
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
    // Only errors after which the tests do not run: there must not be two of them at once.
    runTests.addRetry({ errors: [...NOT_STARTED, UNNAMED], interval: Duration.seconds(2), maxAttempts: 6 });
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
    const question = new SnsPublish(this, 'Ask Somebody', {
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
      taskTimeout: Timeout.duration(Duration.hours(HOURS_TO_DECIDE)),
      resultPath: JsonPath.DISCARD,
    });
    const nobodyDecided = new Fail(this, 'Nobody Decided', {
      error: 'NoDecision',
      cause: `Nobody said within ${HOURS_TO_DECIDE} hours whether the deployment succeeded. Look at it in Flightcontrol. To watch it afresh, start the workflow with the same input.`,
    });
    question.addCatch(nobodyDecided, { errors: ['States.Timeout'] });
    return question;
  }
}

const HOURS_TO_DECIDE = 24;

const QUESTION = `It is not known how deployment {} finished, or whether it has. {}

If it succeeded, go on with the tests:
aws stepfunctions send-task-success --task-output true --task-token {}

If it did not, end the release:
aws stepfunctions send-task-failure --error DeploymentFailed --task-token {}`;
