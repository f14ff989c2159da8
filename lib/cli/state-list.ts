import { STATES } from '../contract/states';
import type { HistoryEvent } from '../local/engine';
import type { LocalWatch } from '../local/run-watch';
import type { Look } from '../watch/look';
import { lookOf, taskFailureOf } from './follow-engine';
import { describeLook, layOutEvent } from './output';
import type { Terminal } from './terminal';

interface Line {
  readonly at: number;
  readonly text: string;
}

/** The states of a round in which the deployment is still in progress. */
const STATES_OF_ROUND: readonly string[] = [STATES.poll, STATES.finished, STATES.wait];

/**
 * Prints a watch as it happens, for the demo: each state that is entered, and what each look found. What is repeated is
 * counted: looks that found the same within a call, and whole rounds of such looks after the first one.
 */
export function listStates(terminal: Terminal): Pick<LocalWatch, 'onEvent' | 'onLinger'> {
  const list = new StateList(terminal);
  return { onEvent: (event) => list.add(event), onLinger: (look) => list.addLook(look, Date.now()) };
}

class StateList {
  private startedAt: number | undefined;
  private previous: Look | null = null;
  private looksInRound = 0;
  /** Whether a look of this round has found something else than the one before it. */
  private hasNews = true;
  private readonly repeatedLooks = new Repetition(['once more', (count) => `${count} more times`]);
  private readonly repeatedRounds = new Repetition([
    '1 more round like this',
    (count) => `${count} more rounds like this`,
  ]);
  /** The lines of a round that may turn out to be like the one before it. */
  private held: Line[] | undefined;

  constructor(private readonly terminal: Terminal) {}

  add(event: HistoryEvent): void {
    const { type, state, timestamp } = event;
    this.startedAt ??= timestamp;
    const look = lookOf(event);
    const failure = taskFailureOf(event);
    if (type === 'StateEntered' && state !== undefined) this.enter(state.name, this.describeWait(event), timestamp);
    if (failure !== undefined) this.addNews(timestamp, this.terminal.colors.yellow(failure));
    if (look !== undefined) this.addLook(look, timestamp);
  }

  addLook(look: Look, at: number): void {
    const isNews = !isSame(look, this.previous);
    const text = describeLook(look, this.previous, this.terminal.colors);
    this.previous = look;
    this.looksInRound += 1;
    if (isNews) this.addNews(at, text);
    else if (this.looksInRound === 1) this.show({ at, text: `  ${text}` });
    else this.repeatedLooks.add(at);
  }

  private addNews(at: number, text: string): void {
    this.hasNews = true;
    this.release();
    this.show({ at, text: `  ${text}` });
  }

  private enter(name: string, wait: string, at: number): void {
    if (name === STATES.poll) this.beginRound(at);
    if (!STATES_OF_ROUND.includes(name)) this.release();
    this.show({ at, text: name + wait });
  }

  private beginRound(at: number): void {
    this.showRepeatedLooks();
    if (this.held !== undefined) this.repeatedRounds.add(this.held.at(-1)?.at ?? at);
    this.held = this.hasNews ? undefined : [];
    this.hasNews = false;
    this.looksInRound = 0;
  }

  /** Prints what has been held back: the round is not like the one before it. */
  private release(): void {
    this.showRepeatedLooks();
    const { held = [] } = this;
    this.held = undefined;
    for (const line of [...this.repeatedRounds.take(''), ...held]) this.print(line);
  }

  private show(line: Line): void {
    this.showRepeatedLooks();
    this.put(line);
  }

  private showRepeatedLooks(): void {
    for (const line of this.repeatedLooks.take('  ')) this.put(line);
  }

  private put(line: Line): void {
    if (this.held === undefined) this.print(line);
    else this.held.push(line);
  }

  private print({ at, text }: Line): void {
    for (const line of layOutEvent(this.startedAt ?? at, at, text, this.terminal)) this.terminal.out(line);
  }

  private describeWait({ state }: HistoryEvent): string {
    if (state?.type !== 'Wait') return '';
    return this.terminal.colors.dim(` (${(state.input as { look: Look }).look.waitSeconds} s)`);
  }
}

/** Counts what is not printed. */
class Repetition {
  private count = 0;
  private lastAt = 0;

  constructor(private readonly texts: readonly [one: string, several: (count: number) => string]) {}

  add(at: number): void {
    this.count += 1;
    this.lastAt = at;
  }

  /** The line that tells what was counted since the last one; none if that is nothing. */
  take(indent: string): Line[] {
    const { count, lastAt: at } = this;
    const [one, several] = this.texts;
    this.count = 0;
    return count === 0 ? [] : [{ at, text: `${indent}… ${count === 1 ? one : several(count)}` }];
  }
}

/** Whether two looks found the same; how long the next one is waited for does not matter. */
function isSame(look: Look, previous: Look | null): boolean {
  return previous !== null && describeFinding(look) === describeFinding(previous);
}

function describeFinding({ outcome, status, services, outage, reason }: Look): string {
  const problem = outage && reason.replace(/; asking again in \d+ s$/, '');
  return JSON.stringify([outcome, status, services, problem]);
}
