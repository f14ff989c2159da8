import { Condition } from 'aws-cdk-lib/aws-stepfunctions';

const DEPLOYMENT_ID = '$.deploymentId';
const WATCH = '$.watch.execution';
const PROBLEM = '$.watch.problem';

/** In addresses, such as that of a deploy hook, and in sentences, but in no id. */
const OTHER_CHARACTERS = [...':/.@ '];

/**
 * An id has 1 to 64 of A-Z a-z 0-9 _ -. A condition can neither count characters nor exclude all others: Step Functions
 * refuses those in a name, and the watch itself refuses an id of more than 64 characters.
 */
export const DEPLOYMENT_ID_GIVEN = Condition.and(
  textGiven(DEPLOYMENT_ID),
  Condition.not(Condition.stringEquals(DEPLOYMENT_ID, '')),
  ...OTHER_CHARACTERS.map((character) => Condition.not(Condition.stringMatches(DEPLOYMENT_ID, `*${character}*`))),
);

/** There is or was a watch of this name, with another input or ended. */
export const ALREADY_EXISTS = 'StepFunctions.ExecutionAlreadyExistsException';

/** The id has characters that no name may have. The message repeats the name. */
export const NAME_INVALID = 'StepFunctions.InvalidNameException';

/** The same for a name that is too long, which has no error of its own. */
export const NAME_TOO_LONG = Condition.and(
  textGiven(`${PROBLEM}.Cause`),
  Condition.stringMatches(`${PROBLEM}.Cause`, "*at 'name' failed to satisfy constraint*"),
);

/** The error of a watch that ends without success while this workflow waits for it. */
export const RAN_WITHOUT_SUCCESS = Condition.stringEquals(`${PROBLEM}.Error`, 'States.TaskFailed');

export const NAME_TAKEN = Condition.stringEquals(`${PROBLEM}.Error`, ALREADY_EXISTS);
export const PROBLEM_HAS_CAUSE = textGiven(`${PROBLEM}.Cause`);

/** Nothing was started for the moment. */
export const NOT_STARTED = ['StepFunctions.ThrottlingException', 'StepFunctions.ExecutionLimitExceededException'];

/** Nothing was started, or the answer was lost. */
export const NO_ANSWER = 'StepFunctions.SdkClientException';

/** Errors without a name of their own, among them throttled and access denied. */
export const UNNAMED = 'StepFunctions.AWSStepFunctionsException';

/** Access denied, where it has a name of its own. */
export const DESCRIPTION_DENIED = 'Sfn.AccessDeniedException';

/** No watch has this name, or none can. */
export const NO_SUCH_WATCH = ['Sfn.ExecutionDoesNotExistException', 'Sfn.InvalidArnException'];

export const RUNNING = statusIs('RUNNING');
export const SUCCEEDED = statusIs('SUCCEEDED');

/** How Flightwatch ends the watch of a deployment that failed or was cancelled. */
export const UNSUCCESSFUL_VERDICT = Condition.and(
  statusIs('FAILED'),
  Condition.or(errorIs('DeploymentFailed'), errorIs('DeploymentCancelled')),
);

/** This step's own start, or one of the same moment. */
const STARTED_SINCE_THEN = Condition.and(
  Condition.isPresent(`${WATCH}.StartDate`),
  Condition.isTimestamp(`${WATCH}.StartDate`),
  Condition.timestampGreaterThanEqualsJsonPath(`${WATCH}.StartDate`, '$.watch.since'),
);

/** The rest of what an earlier watch says is out of date. */
export const WORTH_USING = Condition.or(RUNNING, SUCCEEDED, UNSUCCESSFUL_VERDICT, STARTED_SINCE_THEN);

/** Step Functions leaves out what an execution does not have. */
export const CAUSE_GIVEN = textGiven(`${WATCH}.Cause`);
export const ERROR_AND_CAUSE_GIVEN = Condition.and(textGiven(`${WATCH}.Error`), CAUSE_GIVEN);

/** The notification could not be published: the cause is its record instead. */
export const UNPUBLISHED = Condition.and(
  statusIs('FAILED'),
  errorIs('NotificationFailed'),
  CAUSE_GIVEN,
  Condition.stringMatches(`${WATCH}.Cause`, '{"version":1,*}'),
);

export const RECORD_HAS_REASON = textGiven('$.watch.unpublished.record.reason');

export function recordSays(outcome: string): Condition {
  const path = '$.watch.unpublished.record.outcome';
  return Condition.and(textGiven(path), Condition.stringEquals(path, outcome));
}

function statusIs(status: string): Condition {
  return Condition.stringEquals(`${WATCH}.Status`, status);
}

function errorIs(error: string): Condition {
  return Condition.and(textGiven(`${WATCH}.Error`), Condition.stringEquals(`${WATCH}.Error`, error));
}

function textGiven(path: string): Condition {
  return Condition.and(Condition.isPresent(path), Condition.isString(path));
}
