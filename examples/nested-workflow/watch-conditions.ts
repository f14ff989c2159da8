import { Condition } from 'aws-cdk-lib/aws-stepfunctions';

/** Step Functions checks the rest of the id: it becomes part of a name. */
export const DEPLOYMENT_ID_GIVEN = Condition.and(
  Condition.isPresent('$.deploymentId'),
  Condition.isString('$.deploymentId'),
  Condition.not(Condition.stringEquals('$.deploymentId', '')),
);

export const RUNNING = statusIs('RUNNING');
export const SUCCEEDED = statusIs('SUCCEEDED');

/** How Flightwatch ends the watch of a deployment that failed or was cancelled. */
export const UNSUCCESSFUL_VERDICT = Condition.and(
  statusIs('FAILED'),
  Condition.isPresent('$.watch.execution.Error'),
  Condition.or(errorIs('DeploymentFailed'), errorIs('DeploymentCancelled')),
);

/** Step Functions leaves out what an execution does not have. */
export const CAUSE_GIVEN = Condition.isPresent('$.watch.execution.Cause');
export const ERROR_AND_CAUSE_GIVEN = Condition.and(Condition.isPresent('$.watch.execution.Error'), CAUSE_GIVEN);

/** There is or was a watch of this name, with another input or ended. */
export const ALREADY_EXISTS = 'StepFunctions.ExecutionAlreadyExistsException';

/** Nothing was started for the moment. */
export const START_UNAVAILABLE = [
  'StepFunctions.SdkClientException',
  'StepFunctions.AWSStepFunctionsException',
  'StepFunctions.ThrottlingException',
  'StepFunctions.ExecutionLimitExceededException',
];

/** No watch has this name, or none can. */
export const NO_SUCH_WATCH = ['Sfn.ExecutionDoesNotExistException', 'Sfn.InvalidArnException'];

function statusIs(status: string): Condition {
  return Condition.stringEquals('$.watch.execution.Status', status);
}

function errorIs(error: string): Condition {
  return Condition.stringEquals('$.watch.execution.Error', error);
}
