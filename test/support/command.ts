import { spawn } from 'node:child_process';
import { join } from 'node:path';

const COMMAND = join(__dirname, '..', '..', 'dist', 'bin', 'flightwatch.js');

export interface CommandOptions {
  readonly env?: Record<string, string>;
  /** What is piped in, or typed on the terminal once the command has asked. */
  readonly stdin?: string;
  /** Interrupts as Ctrl-C does, once this was printed. */
  readonly interruptAfter?: RegExp;
  /** Runs on a pseudo-terminal, where both streams are one. */
  readonly terminal?: boolean;
}

export interface CommandResult {
  readonly exitStatus: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A question at the end of what was printed, and the cursor behind it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor.
export const PROMPT = /: (\u001b\[\d+G)?$/;

/** Runs the real command as users do. No output may hold a canary or a stack trace. */
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
  child.stdout.on('data', take('stdout'));
  child.stderr.on('data', take('stderr'));
  if (!terminal) child.stdin.end(stdin ?? '');
  const exitStatus = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect(output.stdout + output.stderr).not.toContain('CANARY');
  expect(output.stdout + output.stderr).not.toMatch(/^ {4}at /m);
  return { exitStatus, ...output };
}

/** `script` is part of every Debian; it hands on the exit status. */
function onTerminal(args: readonly string[]): [string, string[]] {
  const command = [process.execPath, COMMAND, ...args].map((word) => `'${word}'`).join(' ');
  const sized = `stty columns 100 rows 30; exec ${command}`;
  return ['script', ['--quiet', '--return', '--command', sized, '/dev/null']];
}
