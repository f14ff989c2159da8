import type { HistoryEvent } from '../local/engine';
import type { Look } from '../watch/look';
import { lookOf, taskFailureOf } from './follow-engine';
import { describeLook, formatEvent } from './output';
import type { Terminal } from './terminal';

/** Prints an execution as it happens, for the demo: each state that is entered, and what each look found. */
export function listStates(terminal: Terminal): (event: HistoryEvent) => void {
  const list = new StateList(terminal);
  return (event) => list.add(event);
}

class StateList {
  private startedAt: number | undefined;
  private previous: Look | null = null;

  constructor(private readonly terminal: Terminal) {}

  add(event: HistoryEvent): void {
    this.startedAt ??= event.timestamp;
    const { type, state } = event;
    const look = lookOf(event);
    const failure = taskFailureOf(event);
    if (type === 'StateEntered' && state !== undefined) this.print(event, state.name + this.describeWait(event));
    if (failure !== undefined) this.print(event, this.terminal.colors.yellow(`  ${failure}`));
    if (look !== undefined) this.addLook(look, event);
  }

  private addLook(look: Look, event: HistoryEvent): void {
    this.print(event, `  ${describeLook(look, this.previous, this.terminal.colors)}`);
    this.previous = look;
  }

  private print({ timestamp }: HistoryEvent, text: string): void {
    this.terminal.out(formatEvent(this.startedAt ?? timestamp, timestamp, text, this.terminal.colors));
  }

  private describeWait({ state }: HistoryEvent): string {
    if (state?.type !== 'Wait') return '';
    return this.terminal.colors.dim(` (${(state.input as { look: Look }).look.waitSeconds} s)`);
  }
}
