let message: string | undefined;

/** What is said when the user, or a CI that gives up, interrupts the command; the last call counts. */
export function onInterruptSay(text: string): void {
  if (message === undefined) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
  message = text;
}

function leave(): never {
  console.error(`\n${message}`);
  process.exit(130);
}
