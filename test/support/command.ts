import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type BundleResult, runBundle } from './run-bundle';
import { commandsIn } from './runner';
import { isThorough } from './thorough';

export const COMMAND = join(__dirname, '..', '..', 'dist', 'bin', 'flightwatch.js');

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

export type CommandResult = BundleResult;

/** A prompt at the end of the output, and the sequence that moves the cursor behind it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence that moves the cursor.
export const PROMPT = /: (\u001b\[\d+G)?$/;

const STACK_TRACE = /^ {4}at /m;

/**
 * Runs the built command. In CI each is a process of its own, as for users. Elsewhere this is left to those which need a
 * terminal, a signal, a reader that goes away, or a clock of their own. The output must never hold a canary, nor a
 * command to a CI runner.
 */
export async function flightwatch(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const env = { PATH: process.env.PATH ?? '', AWS_EC2_METADATA_DISABLED: 'true', ...options.env };
  const result =
    isThorough || needsProcess(args, options)
      ? await runProcess(args, { ...options, env })
      : await runBundle(COMMAND, { args, env, stdin: options.stdin ?? '' });
  checkOutput(result.stdout + result.stderr, options);
  checkCommands(result);
  return result;
}

function needsProcess([command]: readonly string[], options: CommandOptions): boolean {
  const { terminal, unread, interruptAfter } = options;
  return command === 'demo' || terminal === true || unread === true || interruptAfter !== undefined;
}

/** Runs the built command in a process of its own. */
export async function runProcess(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { env = {}, stdin, interruptAfter, terminal = false } = options;
  const [file, fileArgs] = terminal ? onTerminal(args) : [process.execPath, [COMMAND, ...args]];
  const child = spawn(file, fileArgs, { env });
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
