import pc from 'picocolors';
import type { HistoryEvent } from '../local/engine';
import type { Published } from '../local/topic';
import type { Look } from '../watch/look';
import { IN_PROGRESS } from '../watch/names';

export type Print = (line: string) => void;

/** Prints an execution as it happens: a line for each state that is entered, and what the polls saw. */
export function tellStory(print: Print): (event: HistoryEvent) => void {
  const teller = new StoryTeller(print);
  return (event) => teller.tell(event);
}

class StoryTeller {
  private startedAt: number | undefined;
  private lastServices = '';

  constructor(private readonly print: Print) {}

  tell(event: HistoryEvent): void {
    this.startedAt ??= event.timestamp;
    const { state } = event;
    if (event.type === 'StateEntered' && state !== undefined) this.line(event, state.name + waitOf(event));
    if (event.type === 'StateFailed' && state?.type === 'Task')
      this.line(event, pc.yellow(`  ${event.Error}, ${reasonOf(event.Cause)}`));
    if (event.type === 'StateExited' && state?.name === 'Poll Deployment') this.look(event, state.output);
  }

  private look(event: HistoryEvent, output: unknown): void {
    const { look } = output as { look: Look };
    const services = look.services.join(', ');
    const showServices = services !== this.lastServices && services !== '';
    this.lastServices = services;
    const verdict =
      look.outcome === IN_PROGRESS ? pc.cyan(look.status ?? 'no answer') : colour(look.outcome)(look.outcome);
    const detail =
      look.status === null || (look.outcome !== IN_PROGRESS && look.outcome !== 'SUCCEEDED') ? look.reason : '';
    this.line(event, `  ${[verdict, showServices ? services : '', detail].filter(Boolean).join('  ')}`);
  }

  private line({ timestamp }: HistoryEvent, text: string): void {
    const elapsed = new Date(timestamp - (this.startedAt ?? timestamp)).toISOString().slice(14, 19);
    this.print(`${pc.dim(elapsed)}  ${text}`);
  }
}

/** Prints an e-mail as it would arrive. */
export function showEmail({ subject, messages }: Published, print: Print): void {
  const frame = pc.dim('│');
  print(pc.dim('┌── e-mail'));
  print(`${frame} ${pc.bold(`Subject: ${subject}`)}`);
  print(frame);
  for (const line of (messages.email ?? '').split('\n')) print(`${frame} ${line}`.trimEnd());
  print(pc.dim('└──'));
}

export function colour(outcome: string): (text: string) => string {
  if (outcome === 'SUCCEEDED') return pc.green;
  return outcome === 'FAILED' || outcome === 'WATCH_FAILED' ? pc.red : pc.yellow;
}

function waitOf({ state }: HistoryEvent): string {
  if (state?.type !== 'Wait') return '';
  return pc.dim(` (${(state.input as { look: Look }).look.waitSeconds} s)`);
}

function reasonOf(cause: unknown): string {
  try {
    return (JSON.parse(String(cause)) as { errorMessage: string }).errorMessage;
  } catch {
    return String(cause);
  }
}
