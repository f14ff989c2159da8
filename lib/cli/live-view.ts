import { createLogUpdate } from 'log-update';
import type { Look } from '../watch/look';
import { describePhase, formatElapsed } from './output';
import { defuseCommands } from './runner-commands';
import type { Terminal } from './terminal';
import { describeFailedCall, type View } from './views';

/** For a terminal: one block, redrawn every second. */
export class LiveView implements View {
  private readonly block: ReturnType<typeof createLogUpdate>;
  private readonly timer = setInterval(() => this.draw(), 1000);
  private startedAt = Date.now();
  private look: Look | undefined;
  private problem = '';
  private lastWarning = '';

  constructor(
    private readonly deploymentId: string,
    screen: NodeJS.WriteStream,
    private readonly terminal: Terminal,
  ) {
    this.block = createLogUpdate(screen);
    this.draw();
  }

  started(at: Date): void {
    this.startedAt = at.getTime();
  }

  looked(look: Look): void {
    this.look = look;
    this.showProblem('');
  }

  taskFailed(message: string): void {
    this.showProblem(message);
  }

  historyUnavailable(error: Error): void {
    this.showProblem(describeFailedCall(error));
  }

  /** Prints above the block, and the same warning once. */
  warn(message: string): void {
    if (message === this.lastWarning) return;
    this.lastWarning = message;
    this.block.clear();
    this.terminal.err(message);
    this.draw();
  }

  close(): void {
    clearInterval(this.timer);
    this.block.done();
  }

  private showProblem(message: string): void {
    this.problem = message;
    this.draw();
  }

  private draw(): void {
    const { bold, dim, yellow } = this.terminal.colors;
    const phase = this.look === undefined ? dim('starting') : describePhase(this.look, this.terminal.colors);
    const time = formatElapsed(Date.now() - this.startedAt);
    const services = (this.look?.services ?? []).map((service) => `  ${service}`);
    const reason = this.look?.outage ? [`  ${this.look.reason}`] : [];
    const problem = this.problem ? [yellow(`  ${this.problem}`)] : [];
    const head = `${bold(this.deploymentId)}  ${phase}  ${dim(time)}`;
    this.block(defuseCommands([head, ...services, ...reason, ...problem].join('\n')));
  }
}
