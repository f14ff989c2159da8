import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions';

// What the step leaves in `$.watch`.

const EXECUTION = '$.watch.execution';
const RECORD = '$.watch.unpublished.record';

const executionArn = JsonPath.stringAt(`${EXECUTION}.ExecutionArn`);
const status = JsonPath.stringAt(`${EXECUTION}.Status`);
const error = JsonPath.stringAt(`${EXECUTION}.Error`);
const cause = JsonPath.stringAt(`${EXECUTION}.Cause`);

export const SUCCESS = {
  status: 'SUCCEEDED',
  executionArn,
  record: JsonPath.stringToJson(JsonPath.stringAt(`${EXECUTION}.Output`)),
};

export const ERROR_AND_CAUSE = { status, executionArn, error, reason: cause };

export const ERROR_ALONE = {
  status,
  executionArn,
  error,
  reason: 'The watch gave no reason. Look at its notification, or at the deployment in Flightcontrol.',
};

export const CAUSE_ALONE = { status, executionArn, error: 'WatchFailed', reason: cause };

/** An execution that was aborted or hit the time-out of its state machine may have neither error nor cause. */
export const STATUS_ALONE = {
  status,
  executionArn,
  error: 'WatchFailed',
  reason: JsonPath.format(
    'The watch ended as {} without saying how the deployment finished. Look at its notification.',
    status,
  ),
};

/** The cause of a watch that could not publish its notification is the record. */
export const UNPUBLISHED_RECORD = { record: JsonPath.stringToJson(cause) };

export const UNPUBLISHED_SUCCESS = { status: 'SUCCEEDED', executionArn, record: JsonPath.objectAt(RECORD) };

/** @param error what the watch would have ended with */
export function unpublishedReason(error: string) {
  return { status, executionArn, error, reason: JsonPath.stringAt(`${RECORD}.reason`) };
}

const problem = JsonPath.stringAt('$.watch.problem.Error');

/** The watch could not be started, or nobody knows how it goes on. */
export const PROBLEM = { status: 'UNKNOWN', error: problem, reason: JsonPath.stringAt('$.watch.problem.Cause') };

export const PROBLEM_WITHOUT_CAUSE = {
  status: 'UNKNOWN',
  error: problem,
  reason: JsonPath.format('The watch could not be started or followed: {}, without a reason.', problem),
};
