import pc from 'picocolors';
import type { HistoryEvent } from '../local/engine';
import type { Look } from '../watch/look';
import { readErrorMessage } from '../watch/task-error';
import { clock, describeLook, type Print } from './output';

/** Prints an execution as it happens: a line for each state that is entered, and what the polls saw. */
export function tellStory(print: Print): (event: HistoryEvent) => void {
  const teller = new StoryTeller(print);
  return (event) => teller.tell(event);
}

class StoryTeller {
  private startedAt: number | undefined;
  private previous: Look | null = null;

  constructor(private readonly print: Print) {}

  tell(event: HistoryEvent): void {
    this.startedAt ??= event.timestamp;
    const { state } = event;
    if (event.type === 'StateEntered' && state !== undefined) this.line(event, state.name + waitOf(event));
    if (event.type === 'StateFailed' && state?.type === 'Task')
      this.line(event, pc.yellow(`  ${event.Error}, ${readErrorMessage(String(event.Cause))}`));
    if (event.type === 'StateExited' && state?.name === 'Poll Deployment') this.look(event, state.output);
  }

  private look(event: HistoryEvent, output: unknown): void {
    const { look } = output as { look: Look };
    this.line(event, `  ${describeLook(look, this.previous)}`);
    this.previous = look;
  }

  private line({ timestamp }: HistoryEvent, text: string): void {
    this.print(`${pc.dim(clock(timestamp - (this.startedAt ?? timestamp)))}  ${text}`);
  }
}

function waitOf({ state }: HistoryEvent): string {
  if (state?.type !== 'Wait') return '';
  return pc.dim(` (${(state.input as { look: Look }).look.waitSeconds} s)`);
}
