import { IN_PROGRESS, PASSING_ERRORS } from '../contract/names';
import { ApiKeyError } from '../flightcontrol/api-key';
import { FlightcontrolError, type FlightcontrolProblem } from '../flightcontrol/client';
import type { Deployment } from '../flightcontrol/deployment';
import { isDeploymentStatus } from '../flightcontrol/statuses';
import { elapsedSeconds, judge, paceOf, remainingSeconds, type WatchMoment } from './judge';
import { isNews, type Look } from './look';
import { MAX_LINGER_SECONDS, type Pacing, secondsToLeaveAlone, secondsToNextLook } from './pacing';
import { readErrorMessage } from './task-error';
import { failWatch, WATCH_AGAIN, type WatchFailure } from './watch-failure';
import { readWatchInput, WatchInputError } from './watch-input';

/** What the state machine hands to the poll function. */
export interface PollEvent {
  /** The execution's input as it came, of any kind. */
  readonly input: unknown;
  /** ISO 8601 times. */
  readonly execution: { readonly arn: string; readonly startedAt: string };
  /** When this state was entered; retries of it stay in it. ISO 8601. */
  readonly enteredAt: string;
  /** The round before. */
  readonly look: Look | null;
  /** Why polling was given up, if Step Functions gave it up. */
  readonly failure?: { readonly Error: string; readonly Cause: string };
}

export interface PollDependencies {
  /** The API key; `fresh` reads it again although it is known. Throws ApiKeyError, SecretError or PassingError. */
  readonly readKey: (options: { fresh: boolean }) => Promise<string>;
  /** Throws FlightcontrolError. */
  readonly getDeployment: (apiKey: string, deploymentId: string) => Promise<Deployment>;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
  readonly warn: (message: string) => void;
  /** Told what the API answered at a look: `ok`, or what is wrong with it. */
  readonly onLook: (answer: 'ok' | FlightcontrolProblem, executionArn: string) => void;
  readonly settings: { readonly timeoutMinutes: number; readonly pacing: Pacing };
  /** Where the key is kept, for sentences: `the secret ...`. */
  readonly keyHolder: string;
}

/** What may pass: thrown, so that Step Functions waits and asks again. */
export class PassingError extends Error {
  constructor(
    override readonly name: (typeof PASSING_ERRORS)[keyof typeof PASSING_ERRORS],
    message: string,
  ) {
    super(message);
  }
}

/** The secret cannot be read, and asking again would not help. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** A deployment may be unknown for a moment after its hook answered. */
const FORGIVEN_NOT_FOUND_SECONDS = 60;

/** How long a state goes on trying; a lingering call may have been at it for a while before the first failure. */
const PATIENCE_SECONDS = {
  [PASSING_ERRORS.flightcontrolUnavailable]: MAX_LINGER_SECONDS + 10 * 60,
  [PASSING_ERRORS.secretUnavailable]: MAX_LINGER_SECONDS + 10 * 60,
  [PASSING_ERRORS.flightcontrolNotUnderstood]: MAX_LINGER_SECONDS + 60,
} as const;

/**
 * Looks at the deployment, again and again for as long as the settings say and nothing changes, and says what the
 * watch makes of it.
 *
 * @throws PassingError for what may pass; everything else is a Look.
 */
export async function poll(event: PollEvent, dependencies: PollDependencies): Promise<Look> {
  if (event.failure !== undefined) return explainFailure(event, event.failure, dependencies);
  const { now, sleep, settings } = dependencies;
  const lingerUntil = now().getTime() + settings.pacing.lingerSeconds * 1000;
  for (;;) {
    const look = await lookOnce(event, dependencies);
    const nextLookAt = now().getTime() + look.waitSeconds * 1000;
    if (look.outcome !== IN_PROGRESS || isNews(look, event.look) || nextLookAt > lingerUntil) return look;
    await sleep(look.waitSeconds * 1000);
  }
}

async function lookOnce(event: PollEvent, dependencies: PollDependencies): Promise<Look> {
  const base = momentOf(event, dependencies);
  try {
    const watch = readWatchInput(event.input, dependencies.settings.timeoutMinutes);
    const deployment = await askFlightcontrol(watch.deploymentId, dependencies);
    dependencies.onLook('ok', base.executionArn);
    if (!isDeploymentStatus(deployment.status)) {
      dependencies.warn(`${deployment.deploymentId}: status ${deployment.status} is not known, taken for progress`);
    }
    return judge(deployment, { ...base, ...watch, now: dependencies.now() });
  } catch (error) {
    if (error instanceof FlightcontrolError) dependencies.onLook(error.problem, base.executionArn);
    return lookWithoutAnswer(error, event, { ...base, now: dependencies.now() }, dependencies);
  }
}

/** A refused key is read again at once, once, so that a rotated key goes unnoticed. */
async function askFlightcontrol(deploymentId: string, dependencies: PollDependencies): Promise<Deployment> {
  const key = await dependencies.readKey({ fresh: false });
  try {
    return await dependencies.getDeployment(key, deploymentId);
  } catch (error) {
    if (!(error instanceof FlightcontrolError) || error.problem !== 'key refused') throw error;
    return dependencies.getDeployment(await dependencies.readKey({ fresh: true }), deploymentId);
  }
}

function lookWithoutAnswer(
  error: unknown,
  event: PollEvent,
  moment: PartialMoment,
  dependencies: PollDependencies,
): Look {
  if (error instanceof WatchInputError) {
    return failWatch(
      { reason: error.message, nextStep: `Correct the input, then ${WATCH_AGAIN}.` },
      event.input,
      moment,
    );
  }
  if (error instanceof ApiKeyError || error instanceof SecretError) {
    return failWatch(keyFailure(error.message, dependencies.keyHolder), event.input, moment);
  }
  if (error instanceof PassingError) return waitForItToPass(error, event, moment);
  if (error instanceof FlightcontrolError) return lookWithoutDeployment(error, event, moment, dependencies);
  throw error;
}

function lookWithoutDeployment(
  error: FlightcontrolError,
  event: PollEvent,
  moment: PartialMoment,
  { keyHolder }: PollDependencies,
): Look {
  // The input was read before the API was asked.
  const watch = { ...moment, ...readWatchInput(event.input, moment.timeoutMinutes) };
  switch (error.problem) {
    case 'key refused':
      return failWatch(refusedKey(error, keyHolder), event.input, watch);
    case 'not found':
      return lookForUnknownDeployment(error, event, watch);
    case 'throttled':
      return lookWhileThrottled(error, event, watch);
    case 'unavailable':
      return waitForItToPass(new PassingError(PASSING_ERRORS.flightcontrolUnavailable, error.message), event, watch);
    case 'not understood':
      return waitForItToPass(new PassingError(PASSING_ERRORS.flightcontrolNotUnderstood, error.message), event, watch);
  }
}

function lookForUnknownDeployment(error: FlightcontrolError, event: PollEvent, moment: WatchMoment): Look {
  if (elapsedSeconds(moment) < FORGIVEN_NOT_FOUND_SECONDS) {
    return stillWaiting(
      `${error.message}; asking again, it may be new`,
      secondsToNextLook(paceOf(moment, null), moment.pacing),
      moment,
    );
  }
  const failure = {
    reason: `Flightcontrol does not know this deployment: ${error.message}.`,
    nextStep: `Check the deployment's id, and that the API key belongs to its organisation; then ${WATCH_AGAIN}.`,
  };
  return failWatch(failure, event.input, moment);
}

function lookWhileThrottled(error: FlightcontrolError, event: PollEvent, moment: WatchMoment): Look {
  if (remainingSeconds(moment) <= 0) return failWatch(timeIsUp(error.message), event.input, moment);
  const seconds = secondsToLeaveAlone(paceOf(moment, moment.previous?.status ?? null), error.retryAfterSeconds);
  return stillWaiting(`${error.message}; asking again in ${seconds} s`, seconds, moment);
}

/** Thrown for Step Functions to try again, until patience or the watch's time is over. */
function waitForItToPass(error: PassingError, event: PollEvent, moment: PartialMoment): Look {
  const { now } = moment;
  const triedSeconds = (now.getTime() - Date.parse(event.enteredAt)) / 1000;
  const { timeoutMinutes } = readWatchInput(event.input, moment.timeoutMinutes);
  if (remainingSeconds({ ...moment, deploymentId: '', timeoutMinutes }) <= 0) {
    return failWatch(timeIsUp(error.message), event.input, moment);
  }
  if (triedSeconds < PATIENCE_SECONDS[error.name]) throw error;
  const minutes = Math.floor(triedSeconds / 60);
  return failWatch(
    {
      reason: `No usable answer for ${minutes} minutes, last: ${error.message}.`,
      nextStep: `${ADVICE[error.name]}; then ${WATCH_AGAIN}.`,
    },
    event.input,
    moment,
  );
}

const ADVICE: Readonly<Record<PassingError['name'], string>> = {
  [PASSING_ERRORS.flightcontrolUnavailable]: "Look at Flightcontrol's dashboard and status page",
  [PASSING_ERRORS.flightcontrolNotUnderstood]:
    'Check the settings "api" and "apiBaseUrl", and look for a newer Flightwatch',
  [PASSING_ERRORS.secretUnavailable]: 'Look at the AWS Health Dashboard for Secrets Manager',
};

function stillWaiting(reason: string, waitSeconds: number, { previous }: WatchMoment): Look {
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

function keyFailure(problem: string, keyHolder: string): WatchFailure {
  return {
    reason: `No API key for Flightcontrol: ${keyHolder} ${problem}.`,
    nextStep: `Put the key into ${keyHolder}; then ${WATCH_AGAIN}.`,
  };
}

function refusedKey(error: FlightcontrolError, keyHolder: string): WatchFailure {
  return {
    reason: `Flightcontrol refused the API key: ${error.message}.`,
    nextStep: `Make a new key in Flightcontrol and put it into ${keyHolder}; then ${WATCH_AGAIN}.`,
  };
}

function timeIsUp(lastProblem: string): WatchFailure {
  return {
    reason: `The watch's time was up while Flightcontrol gave no usable answer, last: ${lastProblem}.`,
    nextStep: `Look at Flightcontrol's dashboard, then ${WATCH_AGAIN}.`,
  };
}

function explainFailure(
  event: PollEvent,
  failure: { Error: string; Cause: string },
  dependencies: PollDependencies,
): Look {
  return failWatch(
    {
      reason: `Polling was given up: ${failure.Error}: ${readErrorMessage(failure.Cause)}.`,
      nextStep: `Look at the poll function's log group, then ${WATCH_AGAIN}.`,
    },
    event.input,
    momentOf(event, dependencies),
  );
}

/** What is known of the watch before its input was read; `timeoutMinutes` is the setting's. */
type PartialMoment = Omit<WatchMoment, 'deploymentId'>;

function momentOf(event: PollEvent, { now, random, settings }: PollDependencies): PartialMoment {
  return {
    timeoutMinutes: settings.timeoutMinutes,
    executionArn: event.execution.arn,
    startedAt: event.execution.startedAt,
    now: now(),
    previous: event.look,
    pacing: settings.pacing,
    chance: random(),
  };
}
