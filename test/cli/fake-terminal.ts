import pc from 'picocolors';
import type { Terminal } from '../../lib/cli/terminal';

/** A pipe, not a terminal, that keeps what is printed. */
export function fakeTerminal(): { readonly terminal: Terminal; readonly out: string[]; readonly err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    command: { start: 'npx flightwatch', isCheckout: false },
    env: {},
    out: (line) => out.push(line),
    json: (value) => out.push(JSON.stringify(value)),
    err: (line) => err.push(line),
    annotate: (title, message) => err.push(`${title}: ${message}`),
    goOnUnread: () => {},
    colors: pc.createColors(false),
    screen: undefined,
    link: undefined,
    input: process.stdin,
    promptOutput: process.stderr,
  };
  return { terminal, out, err };
}
