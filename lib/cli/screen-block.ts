import { createLogUpdate } from 'log-update';

const ERASE_TO_END = '\u001b[K';

/** Lines on a terminal that are drawn over again and again. */
export class ScreenBlock {
  private readonly update: ReturnType<typeof createLogUpdate>;
  /** The window when the block was drawn last. */
  private size = '';
  /** Whether the cursor is behind the only line, not below the last one. */
  private isOneLine = false;

  constructor(private readonly screen: NodeJS.WriteStream) {
    this.update = createLogUpdate(screen);
  }

  /** `log-update` leaves the cursor below the last line, which takes a row: none is left in a window of one row. */
  draw(lines: readonly string[]): void {
    this.followSize();
    if (this.isOneLine) this.screen.write(`\r${lines[0] ?? ''}${ERASE_TO_END}`);
    else this.update(lines.join('\n'));
  }

  clear(): void {
    if (this.isOneLine) this.screen.write(`\r${ERASE_TO_END}`);
    else this.update.clear();
  }

  /** What is printed next goes below the block. */
  done(): void {
    if (this.isOneLine) this.screen.write('\n');
    this.update.done();
  }

  /** `log-update` draws only what has changed since, but a smaller window has moved the lines. */
  private followSize(): void {
    const { columns, rows } = this.screen;
    const size = `${columns}x${rows}`;
    if (size === this.size) return;
    this.clear();
    this.size = size;
    this.isOneLine = rows < 2;
  }
}
