import { IN_PROGRESS } from '../contract/outcomes';
import type { Look } from '../watch/look';
import type { Colors, Terminal } from './terminal';
import { describeUsualTime, isUnusuallySlow, type UsualTime } from './usual-time';
import { wrapText } from './wrap-text';

/** One line: the outcome or the status, the services if they changed, and the reason unless the deployment succeeded. */
export function describeLook(look: Look, previous: Look | null, colors: Colors): string {
  const services = look.services.join(', ');
  const showServices = services !== (previous?.services ?? []).join(', ');
  const showReason = look.outage !== null || (look.outcome !== IN_PROGRESS && look.outcome !== 'SUCCEEDED');
  return [describePhase(look, colors), showServices ? services : '', showReason ? look.reason : '']
    .filter(Boolean)
    .join('  ');
}

/** How much is usually left of a deployment in progress; undefined if that is unknown. */
export function describeUsual(look: Look, now: Date): string | undefined {
  return look.outcome === IN_PROGRESS ? describeUsualTime(usualTimeOf(look), now) : undefined;
}

/** Whether it takes unusually long. */
export function isUnusual(look: Look, now: Date): boolean {
  return isUnusuallySlow(usualTimeOf(look), now);
}

function usualTimeOf({ usualSeconds, deployment }: Look): UsualTime {
  return { usualSeconds, createdAt: deployment?.createdAt };
}

export function describePhase(look: Look, colors: Colors): string {
  return colourOfPhase(look, colors)(nameOfPhase(look));
}

export function nameOfPhase({ outcome, status }: Look): string {
  return outcome === IN_PROGRESS ? (status ?? 'no answer') : outcome;
}

export function colourOfPhase({ outcome }: Look, colors: Colors): (text: string) => string {
  return outcome === IN_PROGRESS ? colors.cyan : colourOf(outcome, colors);
}

export function colourOf(outcome: string, { green, red, yellow }: Colors): (text: string) => string {
  if (outcome === 'SUCCEEDED') return green;
  return outcome === 'FAILED' || outcome === 'WATCH_FAILED' ? red : yellow;
}

/** `03:07`, and `1:03:07` from an hour on. */
export function formatElapsed(milliseconds: number): string {
  const text = new Date(Math.max(0, milliseconds)).toISOString().slice(11, 19);
  return text.startsWith('00:') ? text.slice(3) : text.replace(/^0/, '');
}

/** A line of a log: the time since the start, and what happened. */
export function formatEvent(startedAt: number, at: number, text: string, colors: Colors): string {
  return `${colors.dim(formatElapsed(at - startedAt))}  ${text}`;
}

/** The same on a screen, in as many lines as it takes. */
export function layOutEvent(startedAt: number, at: number, text: string, { colors, screen }: Terminal): string[] {
  const time = formatElapsed(at - startedAt);
  const content = text.trimStart();
  const gap = ' '.repeat(2 + text.length - content.length);
  return wrapText({ text: colors.dim(time) + gap, width: time.length + gap.length }, content, screen?.columns);
}
