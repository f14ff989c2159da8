import type { Terminal } from './terminal';

const INTERRUPTED = 130;

let notice: { readonly message: string; readonly terminal: Terminal } | undefined;
let isListening = false;

/** Sets what is printed if the user, or a CI system that gives up, interrupts the command. Replaces an earlier message. */
export function setInterruptMessage(message: string, terminal: Terminal): void {
  notice = { message, terminal };
  if (isListening) return;
  isListening = true;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, exitInterrupted);
  // After Ctrl-D at a prompt nothing is left to wait for.
  process.once('beforeExit', exitInterrupted);
}

/** Call this when the command has finished. */
export function clearInterruptMessage(): void {
  notice = undefined;
}

/** Does nothing if the command has finished, or has not begun. */
export function exitInterrupted(): void {
  if (notice === undefined) return;
  notice.terminal.err(`\n${notice.message}`);
  process.exit(INTERRUPTED);
}
