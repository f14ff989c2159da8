import { EventEmitter } from 'node:events';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that a terminal obeys.
const PIECES = /\u001b\[([?\d;]*)([A-Za-z])|[\r\n]|[^\u001b\r\n]/gu;

/** A terminal, as far as the live block uses one. Lines that scroll off the top are gone. */
export class FakeScreen extends EventEmitter {
  readonly isTTY = true;
  private lines = [''];
  private row = 0;
  private column = 0;

  constructor(
    public columns: number,
    public rows: number,
  ) {
    super();
  }

  /** What somebody sees. */
  get shown(): string[] {
    return this.lines.slice(-this.rows).map((line) => line.trimEnd());
  }

  /** What somebody sees, without the rows below the text. */
  get text(): string[] {
    return this.shown.slice(0, this.shown.findLastIndex(Boolean) + 1);
  }

  asStream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }

  resize(columns: number, rows: number): void {
    Object.assign(this, { columns, rows });
    this.scroll();
    this.emit('resize');
  }

  write(output: string): boolean {
    for (const [piece, argument, command] of output.matchAll(PIECES)) {
      if (command !== undefined) this.obey(command, Number(argument) || undefined);
      else if (piece === '\r') this.column = 0;
      else if (piece === '\n') this.feed();
      else this.put(piece);
    }
    return true;
  }

  private obey(command: string, argument: number | undefined): void {
    const line = this.lines[this.row] ?? '';
    if (command === 'A') this.row = Math.max(0, this.row - (argument ?? 1));
    if (command === 'B') this.row = Math.min(this.lines.length - 1, this.row + (argument ?? 1));
    if (command === 'G') this.column = (argument ?? 1) - 1;
    if (command === 'K') this.lines[this.row] = argument === 2 ? '' : line.slice(0, this.column);
  }

  private put(character: string): void {
    if (this.column === this.columns) this.feed();
    const line = (this.lines[this.row] ?? '').padEnd(this.column);
    this.lines[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1);
    this.column += 1;
  }

  private feed(): void {
    this.row += 1;
    this.column = 0;
    if (this.row === this.lines.length) this.lines.push('');
    this.scroll();
  }

  private scroll(): void {
    const tooMany = Math.max(0, this.lines.length - this.rows);
    this.lines.splice(0, tooMany);
    this.row = Math.max(0, this.row - tooMany);
  }
}
