/** How long the calls of a function take at most; its time-out is a sum of them. */
export interface CallLimits {
  /** With all retries of the AWS SDK. */
  readonly attempts: number;
  readonly secondsPerAttempt: number;
}

/** A read of the secret by the poll function. */
export const SECRET_CALL: CallLimits = { attempts: 3, secondsPerAttempt: 5 };

/** A call of Step Functions by one of the functions behind a rule. */
export const STEP_FUNCTIONS_CALL: CallLimits = { attempts: 5, secondsPerAttempt: 5 };

/** The read of the history by the poll function, whatever happens: no verdict is delayed by more. */
export const HISTORY_READ: CallLimits = { attempts: 2, secondsPerAttempt: 1 };

/** A call of DynamoDB by the function that records outcomes. */
export const HISTORY_WRITE: CallLimits = { attempts: 4, secondsPerAttempt: 3 };

/**
 * A read of the webhook's secret, and a put of an announcement, by the webhook receiver: GitHub waits 10 s for an answer.
 * Source: GitHub docs, Best practices for using webhooks.
 */
export const WEBHOOK_CALL: CallLimits = { attempts: 2, secondsPerAttempt: 1.5 };

/** A request to Flightcontrol, the body included; it is never retried within a look. */
export const FLIGHTCONTROL_CALL: CallLimits = { attempts: 1, secondsPerAttempt: 10 };

export function secondsOf({ attempts, secondsPerAttempt }: CallLimits): number {
  return attempts * secondsPerAttempt;
}
