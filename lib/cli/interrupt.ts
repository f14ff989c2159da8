let message: string | undefined;
let listening = false;

/** What is said when the user, or a CI that gives up, interrupts the command; the last call counts. */
export function onInterruptSay(text: string): void {
  message = text;
  if (listening) return;
  listening = true;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
  // A prompt that is closed with Ctrl-D leaves nothing to wait for.
  process.once('beforeExit', leave);
}

/** The command has come to its end. */
export function nothingToInterrupt(): void {
  message = undefined;
}

function leave(): void {
  if (message === undefined) return;
  console.error(`\n${message}`);
  process.exit(130);
}
