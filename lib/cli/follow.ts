import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import type { Follower } from '../aws/follow-execution';
import { messageOf } from '../text';
import { isNews, type Look } from '../watch/look';
import { clock, describeLook, describePhase, lookAsJson, type Print } from './output';

/** What is shown of a watch while it runs. */
export interface View extends Follower {
  /** After this, other things may be printed. */
  close(): void;
}

export function chooseView(deploymentId: string, json: boolean | undefined, print: Print): View {
  if (json) return new JsonView(print);
  // Some terminals, of containers for example, do not know their size.
  return process.stdout.isTTY && process.stdout.columns > 0 ? new LiveView(deploymentId) : new LinesView(print);
}

/** For programs: one JSON object for each look; what else there is to say goes to standard error. */
class JsonView implements View {
  constructor(private readonly print: Print) {}

  looked(look: Look, at: Date): void {
    this.print(lookAsJson(look, at));
  }

  lostSight(error: Error): void {
    console.error(describeLostSight(error));
  }

  close(): void {}
}

/** For logs: one line for each change. */
class LinesView implements View {
  private startedAt = 0;
  private previous: Look | null = null;
  private trouble = '';

  constructor(private readonly print: Print) {}

  started(at: Date): void {
    this.startedAt = at.getTime();
  }

  looked(look: Look, at: Date): void {
    const unclear = look.status === null && look.reason !== this.previous?.reason;
    if (isNews(look, this.previous) || unclear) {
      this.line(at, describeLook(look, this.previous));
    }
    this.previous = look;
    this.trouble = '';
  }

  stumbled(message: string, at: Date): void {
    if (message !== this.trouble) this.line(at, pc.yellow(message));
    this.trouble = message;
  }

  lostSight(error: Error): void {
    console.error(describeLostSight(error));
  }

  close(): void {}

  private line(at: Date, text: string): void {
    this.print(`${pc.dim(clock(at.getTime() - this.startedAt))}  ${text}`);
  }
}

/** For a terminal: one block, drawn anew each second. */
class LiveView implements View {
  private readonly block = createLogUpdate(process.stdout);
  private readonly timer = setInterval(() => this.draw(), 1000);
  private startedAt = Date.now();
  private look: Look | undefined;
  private trouble = '';

  constructor(private readonly deploymentId: string) {
    this.draw();
  }

  started(at: Date): void {
    this.startedAt = at.getTime();
  }

  looked(look: Look): void {
    this.look = look;
    this.trouble = '';
    this.draw();
  }

  stumbled(message: string): void {
    this.trouble = message;
    this.draw();
  }

  lostSight(error: Error): void {
    this.trouble = describeLostSight(error);
    this.draw();
  }

  close(): void {
    clearInterval(this.timer);
    this.block.done();
  }

  private draw(): void {
    const phase = this.look === undefined ? pc.dim('starting') : describePhase(this.look);
    const time = clock(Date.now() - this.startedAt);
    const services = (this.look?.services ?? []).map((service) => `  ${service}`);
    const unclear = this.look?.status === null ? [`  ${this.look.reason}`] : [];
    const trouble = this.trouble ? [pc.yellow(`  ${this.trouble}`)] : [];
    this.block(
      [`${pc.bold(this.deploymentId)}  ${phase}  ${pc.dim(time)}`, ...services, ...unclear, ...trouble].join('\n'),
    );
  }
}

function describeLostSight(error: Error): string {
  return `AWS cannot be asked for the moment (${error.name}: ${messageOf(error)}); the watch goes on there, trying again.`;
}
