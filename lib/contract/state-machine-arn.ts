/** A state machine without a version or an alias. Source: Step Functions docs, How Step Functions works with IAM. */
export const STATE_MACHINE_ARN_PATTERN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[\w-]{1,80}$/;
export const STATE_MACHINE_ARN_FORM = 'arn:aws:states:<region>:<account>:stateMachine:<name>';
