import { inspect, isDeepStrictEqual } from 'node:util';
import { ERROR_OF_OUTCOME } from '../../lib/contract/errors';
import { type Attempt, type FoundLook, THROTTLED } from './hostile-function';
import { keptLooks, limitOf, trueOutcome } from './hostile-model';
import { findFalseSentences } from './hostile-sentences';
import { findBadWaits } from './hostile-waits';
import type { Played } from './hostile-world';
import { CANARY_KEY } from './world';

/** What a watch did that it promised not to do, in one sentence each; empty if it kept all promises. */
export function findBrokenPromises(played: Played): string[] {
  const checks = [
    findWrongOutcome,
    findWrongEnd,
    findWrongEvents,
    findFalseSentences,
    findLooksAfterTheEnd,
    findCrowdedMinutes,
    findBadWaits,
    findLateExplanation,
    findSecrets,
  ];
  return checks.flatMap((check) => check(played));
}

function findWrongOutcome(played: Played): string[] {
  const { records } = played;
  const outcome = trueOutcome(played);
  if (records.length !== 1) return [`expected 1 notification, got ${records.length}`];
  if (records[0]?.outcome === outcome) return [];
  return [`expected ${outcome ?? 'to go on'}, got ${records[0]?.outcome}: ${records[0]?.reason}`];
}

/** The execution ends as its notification says. */
function findWrongEnd({ execution, records: [record], published: [published] }: Played): string[] {
  if (execution.status === 'ABORTED' || record === undefined) return [];
  const { outcome, reason } = record;
  const { status, error, cause } = execution;
  const got = [status, error, cause, published?.attributes.outcome, published?.attributes.deploymentId];
  const end =
    outcome === 'SUCCEEDED' ? ['SUCCEEDED', undefined, undefined] : ['FAILED', ERROR_OF_OUTCOME[outcome], reason];
  const expected = [...end, outcome, 'clx1'];
  return isDeepStrictEqual(got, expected) ? [] : [`expected the end ${expected}, got ${got}`];
}

/** Other programs are told the same, at most once; not if the bus is broken, or the execution is aborted before. */
function findWrongEvents({ records, finished, execution, isBusBroken }: Played): string[] {
  const mayBeMissing = isBusBroken || execution.status === 'ABORTED';
  if (finished.length === 0 && mayBeMissing) return [];
  return isDeepStrictEqual(finished, records)
    ? []
    : [`expected the events ${JSON.stringify(records)}, got ${JSON.stringify(finished)}`];
}

/** A request may begin at the limit, which a wait of whole seconds may miss by less than one. */
function findLooksAfterTheEnd(played: Played): string[] {
  const { looks, endedAt, execution, attempts } = played;
  const afterEnd = execution.status === 'ABORTED' ? [] : looks.filter(({ from }) => from > endedAt);
  // A call that follows a failed one looks once more, however late it comes: it may find a verdict.
  const late = looks.filter((look) => look.from > limitOf(played) + 1 && !isFirstOfRetry(look, looks, attempts));
  return [
    ...afterEnd.map(({ from }) => `a look at ${from}, the watch ended at ${endedAt}`),
    ...late.map(({ from }) => `a look at ${from}, the limit was ${limitOf(played)}`),
  ];
}

function isFirstOfRetry(look: FoundLook, looks: readonly FoundLook[], attempts: readonly Attempt[]): boolean {
  const before = attempts[attempts.indexOf(look.attempt) - 1];
  return before?.error !== undefined && looks.find(({ attempt }) => attempt === look.attempt) === look;
}

/** Looks within a minute: as the pacing wants, and one for each call that begins. A refused key is tried twice. */
function findCrowdedMinutes({ looks, attempts, story }: Played): string[] {
  const { lingerSeconds: _, ...intervals } = story.pacing;
  // Without an answer a watch looks again after 2 s at first, and after 5 s if the deployment is not known yet.
  const backoff = [2, 4, 8, 16, 32].length;
  const most = Math.ceil(60 / Math.max(1, Math.floor(Math.min(5, ...Object.values(intervals)) * 0.8))) + backoff;
  const crowded = looks.filter(({ from }, index) => {
    const calls = attempts.filter((attempt) => attempt.from >= from && attempt.from < from + 60).length;
    return (looks[index + most + calls]?.from ?? Number.POSITIVE_INFINITY) < from + 60;
  });
  return [
    ...crowded.map(({ from }) => `more than ${most} looks in the minute after ${from}`),
    ...looks.filter(({ requests }) => requests > 2).map(({ requests }) => `${requests} requests in a look`),
  ];
}

/** A function that is killed each time is told of within 15 minutes, one that is throttled each time within 25. */
function findLateExplanation({ attempts, execution, toldAfterSeconds, publishedAt }: Played): string[] {
  const explanation = attempts.findIndex(({ explains }) => explains);
  if (explanation < 0 || execution.status === 'ABORTED') return [];
  const good = attempts.slice(0, explanation).findLastIndex(({ error }) => error === undefined);
  const failed = attempts.slice(good + 1);
  const throttled = failed.some(({ error }) => error === THROTTLED);
  const killed = failed.some(({ error }) => error !== undefined && error !== THROTTLED);
  const minutes = (throttled ? 25 : 0) + (killed ? 15 : 0);
  const told = (publishedAt[0] ?? 0) - toldAfterSeconds - (failed[0]?.from ?? 0);
  return told <= minutes * 60 ? [] : [`told ${told} s after the first call that failed, promised ${minutes} minutes`];
}

function findSecrets({ rounds, published, execution, warnings, records, finished }: Played): string[] {
  const shown = inspect({ published, execution, warnings, records }, { depth: 20, maxStringLength: null });
  const written = [shown, JSON.stringify({ rounds, published, execution, finished })];
  const forms = [CANARY_KEY, 'CANARY'];
  return written.some((text) => forms.some((form) => text.includes(form))) ? ['the API key is written somewhere'] : [];
}

/** For a message: what the watch knew of. */
export function describePlay(played: Played): object {
  const { execution, endedAt, published, looks, attempts } = played;
  const kept = new Set(keptLooks(played));
  return {
    execution,
    endedAt,
    published: published.map(({ subject }) => subject),
    attempts: attempts.map(({ from, to, error = 'ok' }) => `${from} to ${to}: ${error}`),
    looks: looks.map((look) => {
      const { from, to, fault, status } = look;
      return `${from} to ${to}: ${fault ?? status ?? 'nothing'}${kept.has(look) ? '' : ', lost'}`;
    }),
  };
}
