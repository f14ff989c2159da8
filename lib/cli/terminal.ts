import { Console } from 'node:console';
import pc from 'picocolors';
import terminalLink from 'terminal-link';
import { findOwnCommand, type OwnCommand } from './own-command';
import { defuseCommands, defuseJson, errorAnnotation } from './runner-commands';

export type Colors = ReturnType<typeof pc.createColors>;

/**
 * The environment that a command runs in. Made once, in the entry, and passed down. What is printed through it is no
 * command to the runner of a CI system, wherever the text comes from.
 */
export interface Terminal {
  /** How the user calls the command line, for messages that name a command. */
  readonly command: OwnCommand;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line on standard output. */
  out(line: string): void;
  /** Prints a value on standard output, as one line of JSON. */
  json(value: object): void;
  /** Prints a line on standard error. */
  err(line: string): void;
  /** Annotates a job of GitHub Actions; on standard error, because standard output may go to a program. */
  annotate(title: string, message: string): void;
  /** From now on the command goes on even if nobody reads standard output any more. */
  goOnUnread(): void;
  /** For standard output: none unless it is a terminal. */
  readonly colors: Colors;
  /** Standard output, if a live block can be drawn on it. */
  readonly screen: NodeJS.WriteStream | undefined;
  /** Makes a text on standard output a link; undefined if a link could not be clicked there. */
  readonly link: ((text: string, address: string) => string) | undefined;
  /** Standard input, for secrets. */
  readonly input: NodeJS.ReadStream;
  /** Where a prompt is shown: standard error, because standard output may go to a program. */
  readonly promptOutput: NodeJS.WriteStream;
}

export function createTerminal(process: NodeJS.Process, command = findOwnCommand(process)): Terminal {
  const { env, stdin, stdout, stderr } = process;
  const console = new Console(stdout, stderr);
  return {
    command,
    env,
    out: (line) => console.log(defuseCommands(line)),
    json: (value) => console.log(defuseJson(JSON.stringify(value))),
    err: (line) => console.error(defuseCommands(line)),
    annotate: (title, message) => console.error(errorAnnotation(title, message)),
    goOnUnread: exitWhenUnread(process),
    colors: pc.createColors(stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'),
    // Some terminals, of containers for example, report no size; a dumb one cannot move its cursor.
    screen: stdout.isTTY && stdout.columns > 0 && stdout.rows > 0 && env.TERM !== 'dumb' ? stdout : undefined,
    link: terminalLink.isSupported ? terminalLink : undefined,
    input: stdin,
    promptOutput: stderr,
  };
}

/** The reader of the output may stop reading, as `head` does. @returns a function that makes this no reason to exit */
function exitWhenUnread(process: NodeJS.Process): () => void {
  let isNeeded = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (isNeeded) process.exit(process.exitCode ?? 3);
  });
  return () => {
    isNeeded = false;
  };
}
