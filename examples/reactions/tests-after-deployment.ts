import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { deploymentFinished, type ReactionProps } from './deployment-finished.ts';

export interface TestsAfterDeploymentProps extends ReactionProps {
  /** Given id of the environment to test. */
  readonly environment: string;
  /** Runs the tests. Its input is the notification's record. */
  readonly tests: IStateMachine;
}

/**
 * Starts a state machine, for example with end-to-end tests, after each successful deployment to an environment.
 *
 * An event may be delivered twice: if a second run does harm, let the state machine compare `executionArn`.
 */
export class TestsAfterDeployment extends Construct {
  constructor(scope: Construct, id: string, props: TestsAfterDeploymentProps) {
    super(scope, id);
    const { environment, tests, deadLetterQueue, ...bus } = props;
    new Rule(this, 'Deployed', {
      ...bus,
      description: `Starts tests after each deployment to ${environment}`,
      eventPattern: deploymentFinished({
        outcome: ['SUCCEEDED'],
        // With NO_CHANGE, nothing was deployed.
        status: ['SUCCESS'],
        environment: { givenId: [environment] },
      }),
      targets: [new SfnStateMachine(tests, { input: RuleTargetInput.fromEventPath('$.detail'), deadLetterQueue })],
    });
  }
}
