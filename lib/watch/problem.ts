import { IN_PROGRESS } from '../contract/outcomes';
import { describePlainly } from '../notification/plain';
import type { Problem } from './ask';
import { continueUsual, type Look } from './look';
import { continueOutage, isPatienceOver, minutesOf, type Outage, type ProblemKind } from './outage';
import { secondsAfterProblem } from './pacing';
import { joinSentence } from './task-error';
import { remainingSeconds, type WatchContext } from './watch-context';
import { failWatch, WATCH_AGAIN } from './watch-failure';

/** What a watch that has a problem knows beyond its context. */
export interface ProblemContext extends WatchContext {
  /** Where the key is kept, as a sentence can name it: `the secret ...`. */
  readonly keyLocation: string;
}

/** What the watch makes of a problem: wait for the next look, or end as WATCH_FAILED. */
export function judgeProblem(problem: Problem, context: ProblemContext): Look {
  const { previous, now } = context;
  const outage = continueOutage(previous?.outage ?? null, problem.kind, now);
  if (remainingSeconds(context) <= 0) return failForTimeLimit(problem, context);
  if (isPatienceOver(outage, problem.kind, hasAnswered(context), now)) return failForOutage(problem, outage, context);
  return lookAgain(problem, outage, context);
}

/** Whether the API has given a usable answer in this watch. */
function hasAnswered({ previous }: WatchContext): boolean {
  return (previous?.status ?? null) !== null;
}

/** In progress as far as anyone knows: what the look before this one saw, and why this one saw nothing. */
function lookAgain({ kind, message, retryAfterSeconds }: Problem, outage: Outage, context: WatchContext): Look {
  const { previous, deploymentId, executionArn } = context;
  const waitSeconds = secondsAfterProblem({ kind, looks: outage.looks, retryAfterSeconds }, context);
  return {
    outcome: IN_PROGRESS,
    status: previous?.status ?? null,
    services: previous?.services ?? [],
    reason: `${message}; asking again in ${waitSeconds} s`,
    waitSeconds,
    deployment: previous?.deployment ?? null,
    phases: previous?.phases ?? [],
    outage,
    ...continueUsual(previous),
    plain: previous?.plain ?? describePlainly(deploymentId, null, null, executionArn),
    notification: null,
  };
}

function failForOutage(problem: Problem, outage: Outage, context: ProblemContext): Look {
  const minutes = minutesOf(outage, context.now);
  // What came before in the outage must not be hidden by its last problem.
  const isCertain = !hasAnswered(context) && (Object.keys(outage.kinds).length === 1 || minutes === 0);
  const reason = isCertain ? describeAtFirst(problem, context) : undefined;
  const general = `No usable answer for ${minutes} minutes, last: ${describe(problem, context)}`;
  const commands = NEEDS_KEY.includes(problem.kind) ? ['set-key'] : [];
  return fail(context, reason ?? general, adviseOn(problem.kind, context), commands);
}

/** Another key solves these. */
const NEEDS_KEY: readonly ProblemKind[] = ['key unusable', 'key refused'];

/** What is certain if there was no other problem and no usable answer. */
function describeAtFirst(problem: Problem, context: ProblemContext): string | undefined {
  const description = describe(problem, context);
  switch (problem.kind) {
    case 'key unusable':
      return `No API key for Flightcontrol: ${description}`;
    case 'key refused':
      return `Flightcontrol refused the API key: ${description}`;
    case 'not found':
      return `Flightcontrol does not know this deployment: ${description}`;
    default:
      return undefined;
  }
}

/** Nobody can ask Flightcontrol without a key. */
const WITHOUT_KEY: readonly ProblemKind[] = ['key unusable', 'secret unavailable'];

function failForTimeLimit(problem: Problem, context: ProblemContext): Look {
  const missing = WITHOUT_KEY.includes(problem.kind) ? 'there was no API key' : 'Flightcontrol gave no usable answer';
  const reason = `The watch reached its time limit when ${missing}, last: ${describe(problem, context)}`;
  return fail(context, reason, "Look at Flightcontrol's dashboard");
}

/** What was tried and what came back; a key that cannot be used is a fact about its secret. */
function describe({ kind, message }: Problem, { keyLocation }: ProblemContext): string {
  return kind === 'key unusable' ? `${keyLocation} ${message}` : message;
}

function adviseOn(kind: ProblemKind, { keyLocation }: ProblemContext): string {
  switch (kind) {
    case 'key unusable':
      return `Put the key into ${keyLocation}`;
    case 'key refused':
      return `Create a new key in Flightcontrol and put it into ${keyLocation}`;
    case 'not found':
      return "Check the deployment's id, and that the API key belongs to its organisation";
    case 'not understood':
      return 'Check the settings "api" and "apiBaseUrl", and look for a newer version of Flightwatch';
    case 'secret unavailable':
      return 'Check the AWS Health Dashboard for Secrets Manager';
    default:
      return "Look at Flightcontrol's dashboard and status page";
  }
}

/**
 * @param reason a sentence, with or without its full stop
 * @param advice one without
 * @param commands what to run before the watch is started again
 */
function fail(context: WatchContext, reason: string, advice: string, commands?: readonly string[]): Look {
  return failWatch(context.deploymentId, context, {
    reason: joinSentence(reason),
    nextStep: `${advice}; then ${WATCH_AGAIN}.`,
    commands,
  });
}
