import type { Look } from '../watch/look';
import { describePhase, describeUsual, formatElapsed, formatEvent } from './output';
import { summarizeServices } from './service-list';
import type { Colors } from './terminal';

/** CI systems end a job that prints nothing for 10 minutes. At least every 5 minutes are promised, so it is a bit less. */
const QUIET_MILLISECONDS = 4 * 60 * 1000;

/** Prints a line whenever nothing else has been printed for a while. It does not keep the process running. */
export class Heartbeat {
  private readonly timer = setInterval(() => this.beat(), QUIET_MILLISECONDS).unref();
  private startedAt = Date.now();
  private last: { readonly look: Look; readonly at: Date } | undefined;

  constructor(
    private readonly print: (line: string) => void,
    private readonly colors: Colors,
  ) {}

  started(at: Date): void {
    this.startedAt = at.getTime();
  }

  looked(look: Look, at: Date): void {
    this.last = { look, at };
  }

  /** Something else was printed. */
  rest(): void {
    this.timer.refresh();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const now = new Date();
    const usual = this.last && describeUsual(this.last.look, now);
    const watching = ['still watching', usual].filter(Boolean).join(', ');
    this.print(formatEvent(this.startedAt, now.getTime(), `${watching}; ${this.describeLast()}`, this.colors));
  }

  /** What is known may be old, during an outage of the API or of AWS; so it is told as what was seen, and when. */
  private describeLast(): string {
    if (this.last === undefined) return 'nothing seen yet';
    const { look, at } = this.last;
    const known = [describePhase(look, this.colors), summarizeServices(look.services), look.outage ? look.reason : ''];
    return `at ${formatElapsed(at.getTime() - this.startedAt)}: ${known.filter(Boolean).join('  ')}`;
  }
}
