import pc from 'picocolors';
import { IN_PROGRESS } from '../contract/names';
import type { Look } from '../watch/look';

export type Print = (line: string) => void;

/** One line: the verdict or the status, the services if they are news, and why if it is no success. */
export function describeLook(look: Look, previous: Look | null): string {
  const services = look.services.join(', ');
  const showServices = services !== (previous?.services ?? []).join(', ');
  const unclear = look.status === null || (look.outcome !== IN_PROGRESS && look.outcome !== 'SUCCEEDED');
  return [describePhase(look), showServices ? services : '', unclear ? look.reason : ''].filter(Boolean).join('  ');
}

export function describePhase({ outcome, status }: Look): string {
  return outcome === IN_PROGRESS ? pc.cyan(status ?? 'no answer') : colourOf(outcome)(outcome);
}

export function colourOf(outcome: string): (text: string) => string {
  if (outcome === 'SUCCEEDED') return pc.green;
  return outcome === 'FAILED' || outcome === 'WATCH_FAILED' ? pc.red : pc.yellow;
}

/** For programs: what a look found, on one line. */
export function lookAsJson(look: Look, at: Date): string {
  const { outcome, status, services, reason } = look;
  return JSON.stringify({ time: at.toISOString(), outcome, status, services, reason });
}

/** `03:07`, and `1:03:07` from an hour on. */
export function clock(milliseconds: number): string {
  const text = new Date(Math.max(0, milliseconds)).toISOString().slice(11, 19);
  return text.startsWith('00:') ? text.slice(3) : text.replace(/^0/, '');
}

/** Prints a notification as its e-mail would arrive. */
export function showEmail(subject: string, text: string, print: Print): void {
  const frame = pc.dim('│');
  print(pc.dim('┌── e-mail'));
  print(`${frame} ${pc.bold(`Subject: ${subject}`)}`);
  print(frame);
  for (const line of text.split('\n')) print(`${frame} ${line}`.trimEnd());
  print(pc.dim('└──'));
}
