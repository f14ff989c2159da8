import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { commandsIn } from './runner';

const COMMAND = join(__dirname, '..', '..', 'dist', 'bin', 'flightwatch.js');

export interface CommandOptions {
  readonly env?: Record<string, string>;
  /** Piped in, or typed on the terminal at the prompt. */
  readonly stdin?: string;
  /** Interrupts the command, as Ctrl-C does, when the output matches. */
  readonly interruptAfter?: RegExp;
  /** Runs on a pseudo-terminal, where both streams are one. */
  readonly terminal?: boolean;
  /** Nobody reads standard output, as with `flightwatch ... | true`. */
  readonly unread?: boolean;
  /** The output must hold a stack trace; without this it must not. */
  readonly stackTraceExpected?: boolean;
}

export interface CommandResult {
  readonly exitStatus: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A prompt at the end of the output, and the sequence that moves the cursor behind it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence that moves the cursor.
export const PROMPT = /: (\u001b\[\d+G)?$/;

const STACK_TRACE = /^ {4}at /m;

/** Runs the real command as users do. The output must never hold a canary, nor a command to a CI runner. */
export async function flightwatch(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { env = {}, stdin, interruptAfter, terminal = false } = options;
  const [file, fileArgs] = terminal ? onTerminal(args) : [process.execPath, [COMMAND, ...args]];
  const child = spawn(file, fileArgs, {
    env: { PATH: process.env.PATH ?? '', AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  const output = { stdout: '', stderr: '' };
  let interrupted = false;
  const take = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    output[stream] += chunk;
    if (interruptAfter?.test(output[stream]) && !interrupted) {
      interrupted = true;
      if (terminal) child.stdin.write('\u0003');
      else child.kill('SIGINT');
    }
    if (terminal && stdin !== undefined && PROMPT.test(output.stdout)) child.stdin.write(stdin);
  };
  if (options.unread) child.stdout.destroy();
  child.stdout.on('data', take('stdout'));
  child.stderr.on('data', take('stderr'));
  if (!terminal) child.stdin.end(stdin ?? '');
  const exitStatus = await new Promise<number | null>((resolve) => child.on('close', resolve));
  checkOutput(output.stdout + output.stderr, options);
  checkCommands(output);
  return { exitStatus, ...output };
}

function checkOutput(text: string, { stackTraceExpected = false }: CommandOptions): void {
  expect(text).not.toContain('CANARY');
  if (stackTraceExpected) expect(text).toMatch(STACK_TRACE);
  else expect(text).not.toMatch(STACK_TRACE);
}

/** The only one is the annotation, which goes to standard error. */
function checkCommands({ stdout, stderr }: Omit<CommandResult, 'exitStatus'>): void {
  expect(commandsIn(stdout)).toEqual([]);
  expect(commandsIn(stderr).filter((line) => !line.startsWith('::error title='))).toEqual([]);
}

/** `script` is part of every Debian; it returns the exit status of the command. */
function onTerminal(args: readonly string[]): [string, string[]] {
  const command = [process.execPath, COMMAND, ...args].map((word) => `'${word}'`).join(' ');
  const sized = `stty columns 100 rows 30; exec ${command}`;
  return ['script', ['--quiet', '--return', '--command', sized, '/dev/null']];
}

/** What `--json` prints: one object a line. */
export function parseJsonLines(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
