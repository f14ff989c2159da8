import { Console } from 'node:console';

/** The environment that a command runs in. Made once, in the entry, and passed down. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line on standard output. */
  out(line: string): void;
  /** Prints a line on standard error. */
  err(line: string): void;
  /** Standard output, if a live block can be drawn on it. */
  readonly screen: NodeJS.WriteStream | undefined;
  /** Standard input, for secrets. */
  readonly input: NodeJS.ReadStream;
  /** Where a prompt is shown: standard error, because standard output may go to a program. */
  readonly promptOutput: NodeJS.WriteStream;
}

export function createTerminal({ env, stdin, stdout, stderr }: NodeJS.Process): Terminal {
  const console = new Console(stdout, stderr);
  return {
    env,
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    // Some terminals, of containers for example, report no size.
    screen: stdout.isTTY && stdout.columns > 0 ? stdout : undefined,
    input: stdin,
    promptOutput: stderr,
  };
}
