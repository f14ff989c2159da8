import { IN_PROGRESS } from '../contract/outcomes';
import type { WatchSettings } from '../contract/watch-settings';
import type { FlightcontrolProblem } from '../flightcontrol/client';
import { isDeploymentStatus } from '../flightcontrol/statuses';
import { type Answer, type AskDependencies, askFlightcontrol, type Problem } from './ask';
import { judge } from './judge';
import { isNews, type Look } from './look';
import { judgeProblem } from './problem';
import { type ReadVerdicts, readHistoryOf, readUsual } from './read-history';
import { joinSentence, readErrorMessage } from './task-error';
import type { WatchContext } from './watch-context';
import { failWatch, WATCH_AGAIN } from './watch-failure';
import { readWatchInput, requestedDeploymentId, type WatchInput } from './watch-input';

/** What the state machine hands to the poll function. */
export interface PollEvent {
  /** The execution's input as it came, of any kind. */
  readonly input: unknown;
  /** ISO 8601 times. */
  readonly execution: { readonly arn: string; readonly startedAt: string };
  /** The watch's own settings: a later deployment of the stack does not change them. */
  readonly settings: WatchSettings;
  /** The round before. */
  readonly look: Look | null;
  /** Why Step Functions gave polling up, if it did. */
  readonly failure?: { readonly Error: string; readonly Cause: string };
}

export interface PollDependencies extends AskDependencies {
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
  readonly warn: (message: string) => void;
  /** Called with what the API answered at a look: `ok`, or what is wrong with it. */
  readonly onLook: (answer: 'ok' | FlightcontrolProblem, executionArn: string) => void;
  /** Called with each look after which the call looks again; the last one is what it returns. @default - does nothing */
  readonly onLinger?: ((look: Look) => void) | undefined;
  /** Where the key is kept, as a sentence can name it: `the secret ...`. */
  readonly keyLocation: string;
  /** @default - there is no history */
  readonly readVerdicts?: ReadVerdicts | undefined;
}

/**
 * Looks at the deployment, again and again for as long as the settings say and nothing changes, and says what the
 * watch makes of it. Whatever the API does is a look; only a bug of ours is thrown.
 */
export async function poll(event: PollEvent, dependencies: PollDependencies): Promise<Look> {
  if (event.failure !== undefined) return explainFailure(event, event.failure, dependencies);
  const result = readWatchInput(event.input, event.settings.timeoutMinutes);
  if ('mistake' in result) return refuseInput(event, result.mistake, dependencies);
  return lookWhileLingering(event, result.input, dependencies);
}

/** Looks on while nothing changes and time allows; what an outage counts goes along from look to look. */
async function lookWhileLingering(event: PollEvent, input: WatchInput, dependencies: PollDependencies): Promise<Look> {
  const { now, sleep } = dependencies;
  const lingerUntil = now().getTime() + event.settings.pacing.lingerSeconds * 1000;
  for (let previous = event.look; ; ) {
    const look = await lookOnce({ ...event, look: previous }, input, dependencies);
    const nextLookAt = now().getTime() + look.waitSeconds * 1000;
    if (look.outcome !== IN_PROGRESS || isNews(look, event.look)) return look;
    const isLast = nextLookAt > lingerUntil;
    if (!isLast) dependencies.onLinger?.(look);
    const waiting = isLast ? undefined : sleep(look.waitSeconds * 1000);
    // Not in the first call, which is to be quick to load. The state machine's shortest wait is a second.
    const seconds = event.look === null ? 0 : look.waitSeconds - (isLast ? 1 : 0);
    const usual = await readUsual(look, seconds, { ...input, ...event.execution }, dependencies);
    if (isLast) return usual === undefined ? look : { ...look, ...usual, waitSeconds: secondsUntil(nextLookAt, now()) };
    previous = { ...look, ...usual };
    await waiting;
  }
}

/** What is left of a wait; the next look comes up to a second early rather than late. */
function secondsUntil(time: number, now: Date): number {
  return Math.max(1, Math.floor((time - now.getTime()) / 1000));
}

async function lookOnce(event: PollEvent, input: WatchInput, dependencies: PollDependencies): Promise<Look> {
  const answer = await askFlightcontrol(input.deploymentId, dependencies);
  const context: WatchContext = {
    ...input,
    ...factsOf(event, dependencies),
    pacing: event.settings.pacing,
    jitter: dependencies.random(),
  };
  reportAnswer(answer, context, dependencies);
  const look = judgeAnswer(answer, context, dependencies);
  if (look.outcome === IN_PROGRESS) return look;
  const history = await readHistoryOf(look, dependencies);
  return history === undefined ? look : judgeAnswer(answer, { ...context, history }, dependencies);
}

function judgeAnswer(answer: Answer, context: WatchContext, { keyLocation }: PollDependencies): Look {
  return 'problem' in answer
    ? judgeProblem(answer.problem, { ...context, keyLocation })
    : judge(answer.deployment, context);
}

function reportAnswer(answer: Answer, context: WatchContext, dependencies: PollDependencies): void {
  if ('problem' in answer) {
    reportProblem(answer.problem, context, dependencies);
    return;
  }
  const { deploymentId, status } = answer.deployment;
  dependencies.onLook('ok', context.executionArn);
  if (!isDeploymentStatus(status)) {
    dependencies.warn(`${deploymentId}: unknown status ${status}, counted as in progress`);
  }
}

/** Without a key, the API was not asked. */
function reportProblem({ kind }: Problem, { executionArn }: WatchContext, { onLook }: PollDependencies): void {
  if (kind !== 'key unusable' && kind !== 'secret unavailable') onLook(kind, executionArn);
}

function refuseInput(event: PollEvent, mistake: string, dependencies: PollDependencies): Look {
  return failWatch(requestedDeploymentId(event.input), factsOf(event, dependencies), {
    reason: mistake,
    nextStep: `Correct the input, then ${WATCH_AGAIN}.`,
  });
}

function explainFailure(
  event: PollEvent,
  failure: { readonly Error: string; readonly Cause: string },
  dependencies: PollDependencies,
): Look {
  return failWatch(requestedDeploymentId(event.input), factsOf(event, dependencies), {
    reason: joinSentence('The poll function failed', failure.Error, readErrorMessage(failure.Cause)),
    nextStep: `Look at the poll function's log group, then ${WATCH_AGAIN}.`,
  });
}

function factsOf(event: PollEvent, { now }: PollDependencies) {
  return {
    executionArn: event.execution.arn,
    startedAt: event.execution.startedAt,
    now: now(),
    previous: event.look,
  };
}
