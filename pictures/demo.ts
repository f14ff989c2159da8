import { Writable } from 'node:stream';
import { runDemo } from '../lib/cli/demo';
import { createTerminal } from '../lib/cli/terminal';
import { CHECKOUT_COMMAND } from '../lib/contract/own-command';
import { readStyledLine } from './styled-line';
import { drawTerminal } from './terminal-window';

/** As wide as the longest line of statuses: a phone shows this at two thirds of its size. */
const COLUMNS = 68;
const ROWS = 43;
const SCENARIO = 'build-error';

/** The output is that of the command. Only the clock and the random numbers are fixed, or every picture would differ. */
const PACE = { speed: Infinity, startAt: new Date('2026-03-02T09:30:00Z'), random: () => 0.5 };

/** The beginning of a demo, as a terminal shows it. */
export async function drawDemo(): Promise<string> {
  const printed = await printDemo();
  const command = `\u001b[2m$\u001b[22m \u001b[1mnpm start -- --scenario ${SCENARIO}\u001b[22m`;
  return drawTerminal({
    title: 'flightwatch demo in a terminal',
    description:
      'A watch of a deployment whose build fails: each state of the state machine, what each look at the deployment found, and the e-mail that tells which service failed, and why.',
    columns: COLUMNS,
    lines: [command, ...printed].slice(0, ROWS).map(readStyledLine),
    goesOn: printed.length + 1 > ROWS,
  });
}

async function printDemo(): Promise<string[]> {
  let output = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      output += String(chunk);
      done();
    },
  });
  const screen = Object.assign(stdout, { isTTY: true, columns: COLUMNS, rows: ROWS });
  const { stdin, stderr } = process;
  const shell = { env: {}, stdin, stdout: screen, stderr } as unknown as NodeJS.Process;
  const terminal = createTerminal(shell, { start: CHECKOUT_COMMAND, isCheckout: true });
  // Links would depend on the terminal that the pictures are made in.
  await runDemo(SCENARIO, { ...terminal, link: undefined }, PACE);
  return output.trimEnd().split('\n');
}
