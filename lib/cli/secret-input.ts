import { text } from 'node:stream/consumers';
import { read } from 'read';
import { UsageError } from './errors';
import { exitInterrupted } from './interrupt';
import type { Terminal } from './terminal';

/** Reads a secret from a pipe, or asks for it on a terminal without showing what is typed. */
export async function readSecret(prompt: string, { input, promptOutput }: Terminal): Promise<string> {
  if (!input.isTTY) return (await text(input)).trim();
  try {
    return (await read({ prompt, silent: true, input, output: promptOutput })).trim();
  } catch {
    // The prompt receives Ctrl-C as a character, not as a signal.
    exitInterrupted();
    throw new UsageError('Nothing was typed, so nothing was done.');
  } finally {
    // The typed line break is not shown either.
    promptOutput.write('\n');
  }
}
