import { createColors } from 'picocolors';
import { IN_PROGRESS } from '../contract/outcomes';
import { messageOf } from '../text';
import type { Follower } from '../watch/follower';
import { isNews, type Look } from '../watch/look';
import { isNewProblem } from '../watch/outage';
import { Heartbeat } from './heartbeat';
import { describeLook, describeUsual, formatEvent } from './output';
import type { Terminal } from './terminal';

/** Shows a watch while it runs. */
export interface View extends Follower {
  /** Shows a warning that is not part of the watch's history. */
  warn(message: string): void;
  /** Call this before anything else is printed. */
  close(): void;
}

/** For programs: one JSON object for each look. Everything else goes to standard error, the heartbeat included. */
export class JsonView implements View {
  private readonly heartbeat: Heartbeat;

  constructor(private readonly terminal: Terminal) {
    this.heartbeat = new Heartbeat((line) => terminal.err(line), createColors(false));
  }

  started(at: Date): void {
    this.heartbeat.started(at);
  }

  looked(look: Look, at: Date): void {
    this.heartbeat.looked(look, at);
    this.heartbeat.rest();
    const { outcome, status, services, reason } = look;
    this.terminal.json({ time: at.toISOString(), outcome, status, services, reason });
  }

  historyUnavailable(error: Error): void {
    this.warn(describeFailedCall(error));
  }

  warn(message: string): void {
    this.heartbeat.rest();
    this.terminal.err(message);
  }

  close(): void {
    this.heartbeat.stop();
  }
}

/** For logs: one line for each change, and a heartbeat. */
export class LinesView implements View {
  private readonly heartbeat: Heartbeat;
  private startedAt = Date.now();
  private previous: Look | null = null;
  private lastFailure = '';

  constructor(private readonly terminal: Terminal) {
    this.heartbeat = new Heartbeat((line) => terminal.out(line), terminal.colors);
  }

  started(at: Date): void {
    this.startedAt = at.getTime();
    this.heartbeat.started(at);
  }

  looked(look: Look, at: Date): void {
    this.heartbeat.looked(look, at);
    const isEnd = look.outcome !== IN_PROGRESS;
    const hasNewProblem = isNewProblem(look.outage, this.previous?.outage ?? null);
    if (isEnd || hasNewProblem || isNews(look, this.previous)) {
      const text = [describeLook(look, this.previous, this.terminal.colors), describeUsual(look, at)];
      this.print(at, text.filter(Boolean).join('  '));
    }
    this.previous = look;
    this.lastFailure = '';
  }

  taskFailed(message: string, at: Date): void {
    if (message !== this.lastFailure) this.print(at, this.terminal.colors.yellow(message));
    this.lastFailure = message;
  }

  historyUnavailable(error: Error): void {
    this.warn(describeFailedCall(error));
  }

  warn(message: string): void {
    this.heartbeat.rest();
    this.terminal.err(message);
  }

  close(): void {
    this.heartbeat.stop();
  }

  private print(at: Date, text: string): void {
    this.heartbeat.rest();
    this.terminal.out(formatEvent(this.startedAt, at.getTime(), text, this.terminal.colors));
  }
}

export function describeFailedCall(error: Error): string {
  return `An AWS call failed (${error.name}: ${messageOf(error)}) and is being retried. The watch continues in AWS.`;
}
