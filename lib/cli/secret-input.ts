import { text } from 'node:stream/consumers';
import { read } from 'read';
import { UsageError } from './errors';

/** Reads from a pipe, or asks on a terminal without showing what is typed. */
export async function readSecretInput(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).trim();
  try {
    return (await read({ prompt, silent: true, output: process.stderr })).trim();
  } catch {
    // Ctrl-C: the prompt takes it as a character and says so.
    process.emit('SIGINT');
    throw new UsageError('Nothing was typed; nothing was done.');
  } finally {
    // The line break that was typed was not shown either.
    process.stderr.write('\n');
  }
}
