import type { Look } from '../watch/look';
import { layOutBlock } from './live-block';
import { colourOfPhase, describeUsual, formatElapsed, isUnusual, nameOfPhase } from './output';
import { ScreenBlock } from './screen-block';
import type { Terminal } from './terminal';
import { describeFailedCall, type View } from './views';

/** For a terminal: one block, redrawn every second and whenever the window changes its size. */
export class LiveView implements View {
  private readonly block: ScreenBlock;
  private readonly draw = () => this.block.draw(this.layOut());
  private readonly timer = setInterval(this.draw, 1000);
  private startedAt = Date.now();
  private look: Look | undefined;
  private problem = '';
  private lastWarning = '';

  constructor(
    private readonly deploymentId: string,
    private readonly screen: NodeJS.WriteStream,
    private readonly terminal: Terminal,
  ) {
    this.block = new ScreenBlock(screen);
    screen.on('resize', this.draw);
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
    this.screen.off('resize', this.draw);
    this.block.done();
  }

  private showProblem(message: string): void {
    this.problem = message;
    this.draw();
  }

  private layOut(): string[] {
    const { look, problem, terminal } = this;
    const { bold, dim, yellow } = terminal.colors;
    const phase =
      look === undefined
        ? { text: 'starting', style: dim }
        : { text: nameOfPhase(look), style: colourOfPhase(look, terminal.colors) };
    const time = { text: formatElapsed(Date.now() - this.startedAt), style: dim };
    const notes = [
      ...(look?.outage ? [{ text: look.reason, style: String }] : []),
      ...(problem ? [{ text: problem, style: yellow }] : []),
    ];
    const content = { title: { text: this.deploymentId, style: bold }, phase, time, hint: this.describeUsual(), notes };
    return layOutBlock({ ...content, services: look?.services ?? [] }, this.screen);
  }

  private describeUsual() {
    const now = new Date();
    const text = this.look && describeUsual(this.look, now);
    if (this.look === undefined || text === undefined) return undefined;
    const { dim, yellow } = this.terminal.colors;
    return { text, style: isUnusual(this.look, now) ? yellow : dim };
  }
}
