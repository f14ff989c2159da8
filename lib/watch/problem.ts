import { TRANSIENT_ERRORS, type TransientErrorName } from '../contract/errors';
import { IN_PROGRESS } from '../contract/outcomes';
import { MAX_LINGER_SECONDS } from '../contract/pacing';
import type { Problem } from './ask';
import type { Look } from './look';
import { secondsAfterThrottling, secondsToNextLook } from './pacing';
import { elapsedSeconds, remainingSeconds, type WatchContext } from './watch-context';
import { failWatch, WATCH_AGAIN } from './watch-failure';

/** Thrown by the poll function so that Step Functions retries it with backoff. */
class TransientError extends Error {
  constructor(
    override readonly name: TransientErrorName,
    message: string,
  ) {
    super(message);
  }
}

/** What a watch that has a problem knows beyond its context. */
export interface ProblemContext extends WatchContext {
  /** When the state machine entered the poll state; its retries stay in it. ISO 8601. */
  readonly enteredAt: string;
  /** Where the key is kept, as a sentence can name it: `the secret ...`. */
  readonly keyLocation: string;
}

/** A deployment may be unknown for a moment after its hook has answered. */
const FORGIVEN_NOT_FOUND_SECONDS = 60;

/** How long the poll state retries; a lingering call may have run for a while before its first failure. */
const PATIENCE_SECONDS: Readonly<Record<TransientErrorName, number>> = {
  [TRANSIENT_ERRORS.flightcontrolUnavailable]: MAX_LINGER_SECONDS + 10 * 60,
  [TRANSIENT_ERRORS.secretUnavailable]: MAX_LINGER_SECONDS + 10 * 60,
  [TRANSIENT_ERRORS.flightcontrolNotUnderstood]: MAX_LINGER_SECONDS + 60,
};

/**
 * What the watch makes of a problem: wait for the next look, or end as WATCH_FAILED.
 *
 * @throws TransientError while it is worth retrying
 */
export function judgeProblem(problem: Problem, context: ProblemContext): Look {
  switch (problem.kind) {
    case 'key unusable':
      return failForUnusableKey(problem, context);
    case 'key refused':
      return failForRefusedKey(problem, context);
    case 'not found':
      return judgeNotFound(problem, context);
    case 'throttled':
      return judgeThrottled(problem, context);
    case 'secret unavailable':
      return retryOrFail(TRANSIENT_ERRORS.secretUnavailable, problem, context);
    case 'unavailable':
      return retryOrFail(TRANSIENT_ERRORS.flightcontrolUnavailable, problem, context);
    case 'not understood':
      return retryOrFail(TRANSIENT_ERRORS.flightcontrolNotUnderstood, problem, context);
  }
}

function judgeNotFound({ message }: Problem, context: ProblemContext): Look {
  if (elapsedSeconds(context) < FORGIVEN_NOT_FOUND_SECONDS) {
    return lookAgain(`${message}; asking again, it may be new`, secondsToNextLook(null, context), context);
  }
  const advice = "Check the deployment's id, and that the API key belongs to its organisation";
  return fail(context, `Flightcontrol does not know this deployment: ${message}`, advice);
}

function judgeThrottled({ message, retryAfterSeconds }: Problem, context: ProblemContext): Look {
  if (remainingSeconds(context) <= 0) return failForTimeLimit(message, context);
  const seconds = secondsAfterThrottling(context, retryAfterSeconds);
  return lookAgain(`${message}; asking again in ${seconds} s`, seconds, context);
}

/** Retries until patience or the watch's time runs out. */
function retryOrFail(error: TransientErrorName, { message }: Problem, context: ProblemContext): Look {
  if (remainingSeconds(context) <= 0) return failForTimeLimit(message, context);
  const triedSeconds = (context.now.getTime() - Date.parse(context.enteredAt)) / 1000;
  if (triedSeconds < PATIENCE_SECONDS[error]) throw new TransientError(error, message);
  return fail(
    context,
    `No usable answer for ${Math.floor(triedSeconds / 60)} minutes, last: ${message}`,
    ADVICE[error],
  );
}

const ADVICE: Readonly<Record<TransientErrorName, string>> = {
  [TRANSIENT_ERRORS.flightcontrolUnavailable]: "Look at Flightcontrol's dashboard and status page",
  [TRANSIENT_ERRORS.flightcontrolNotUnderstood]:
    'Check the settings "api" and "apiBaseUrl", and look for a newer version of Flightwatch',
  [TRANSIENT_ERRORS.secretUnavailable]: 'Check the AWS Health Dashboard for Secrets Manager',
};

/** In progress as far as anyone knows: what the look before this one saw, and why this one saw nothing. */
function lookAgain(reason: string, waitSeconds: number, { previous }: WatchContext): Look {
  return {
    outcome: IN_PROGRESS,
    status: previous?.status ?? null,
    services: previous?.services ?? [],
    reason,
    waitSeconds,
    deployment: previous?.deployment ?? null,
    notification: null,
  };
}

function failForUnusableKey({ message }: Problem, context: ProblemContext): Look {
  const { keyLocation } = context;
  return fail(context, `No API key for Flightcontrol: ${keyLocation} ${message}`, `Put the key into ${keyLocation}`);
}

function failForRefusedKey({ message }: Problem, context: ProblemContext): Look {
  const advice = `Create a new key in Flightcontrol and put it into ${context.keyLocation}`;
  return fail(context, `Flightcontrol refused the API key: ${message}`, advice);
}

function failForTimeLimit(lastProblem: string, context: WatchContext): Look {
  const reason = `The watch's time was up while Flightcontrol gave no usable answer, last: ${lastProblem}`;
  return fail(context, reason, "Look at Flightcontrol's dashboard");
}

/** @param reason a sentence without its full stop. @param advice the same */
function fail(context: WatchContext, reason: string, advice: string): Look {
  return failWatch(context.deploymentId, context, {
    reason: `${reason}.`,
    nextStep: `${advice}; then ${WATCH_AGAIN}.`,
  });
}
