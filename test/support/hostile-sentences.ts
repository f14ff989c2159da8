import { hasAnswered, keptLooks, lastUsableAt, limitOf } from './hostile-model';
import type { Played } from './hostile-world';

/** Sentences of the notification and of the history, held against what really happened. */
export function findFalseSentences(played: Played): string[] {
  const [record] = played.records;
  if (record === undefined) return [];
  const { reason = '' } = record;
  return [
    ...findFalseMinutes(reason, played),
    ...findFalseLimit(reason, played),
    ...findFalseStatus(reason, played),
    ...findFalseDuration(played),
    ...findUglySentence(reason),
    ...played.rounds.flatMap(({ look }) => findFalseWait(look)),
  ];
}

function findFalseMinutes(reason: string, played: Played): string[] {
  const [, minutes] = /^No usable answer for (\d+) minutes?, last: /.exec(reason) ?? [];
  const seconds = played.endedAt - lastUsableAt(played);
  if (minutes === undefined || seconds >= Number(minutes) * 60) return [];
  return [`"${reason}", but the last usable answer was ${seconds} s ago`];
}

function findFalseLimit(reason: string, played: Played): string[] {
  if (!/time limit/.test(reason)) return [];
  const [, minutes = played.story.timeoutMinutes] = /time limit of (\d+) minutes?\b/.exec(reason) ?? [];
  const isTrue = Number(minutes) === played.story.timeoutMinutes && played.endedAt >= limitOf(played);
  return isTrue ? [] : [`"${reason}", after ${played.endedAt} s of ${limitOf(played)}`];
}

function findFalseStatus(reason: string, played: Played): string[] {
  const lastStatus = keptLooks(played).findLast(({ status }) => status !== undefined)?.status;
  const status = played.records[0]?.status;
  const [, still = status] = /^Still (\w+) when/.exec(reason) ?? [];
  const neverAnswered = /refused the API key|does not know this deployment|^No API key/.test(reason);
  return [
    ...(status === lastStatus && still === status ? [] : [`status ${status}, "${reason}", but it was ${lastStatus}`]),
    ...(neverAnswered && hasAnswered(played) ? [`"${reason}", but there was a usable answer`] : []),
  ];
}

/** From `createdAt` to the end. */
function findFalseDuration({ records: [record] }: Played): string[] {
  if (record?.durationSeconds === undefined) return [];
  const { durationSeconds, createdAt = '', endedAt } = record;
  const really = (Date.parse(endedAt) - Date.parse(createdAt)) / 1000;
  return Math.abs(really - durationSeconds) <= 0.5 ? [] : [`took ${durationSeconds} s, but it were ${really}`];
}

/** A cause is one sentence. */
function findUglySentence(reason: string): string[] {
  return /\.\.$|: \.|undefined|\bnull\b|, last: (may|still|is|holds|cannot|does)\b/.test(reason) ? [`"${reason}"`] : [];
}

function findFalseWait({ reason, waitSeconds }: { reason: string; waitSeconds: number }): string[] {
  const [, seconds = waitSeconds] = /asking again in (\d+) s$/.exec(reason) ?? [];
  return Number(seconds) === waitSeconds ? [] : [`"${reason}", but it waited ${waitSeconds} s`];
}
