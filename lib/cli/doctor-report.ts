import { oneLine } from '../text';
import type { Finding } from './doctor-findings';
import type { Terminal } from './terminal';
import { wrapText } from './wrap-text';

/** A text is easier to read in lines that are no longer. */
const MAX_COLUMNS = 80;

const INDENT = { text: '  ', width: 2 };
/** In front of what is to be typed. */
const DEEPER = '    ';

const MARKS: Readonly<Record<Finding['state'], string>> = { good: '✓', bad: '✗', unknown: '?' };

/** What a check found: a line, in as many as it takes, then what to do and where. Commands and addresses stay whole. */
export function printFinding(finding: Finding, terminal: Terminal): void {
  const { name, state, found, todo, commands = [], link } = finding;
  const { bold, dim } = terminal.colors;
  const columns = columnsOf(terminal);
  const head = { text: `${colourOf(state, terminal)(MARKS[state])} `, width: 2 };
  // What others have set, such as a filter or a description, may hold anything.
  const lines = wrapText(head, `${bold(`${name}:`)} ${oneLine(found)}`, columns);
  if (todo !== undefined) lines.push(...wrapText(INDENT, oneLine(todo), columns));
  lines.push(...commands.map((command) => DEEPER + oneLine(command)));
  // Where all is well, nobody has to go there.
  if (link !== undefined && state !== 'good')
    lines.push(INDENT.text + (terminal.link?.('AWS console', link) ?? dim(link)));
  for (const line of lines) terminal.out(line);
}

function columnsOf({ screen }: Terminal): number {
  return Math.min(MAX_COLUMNS, screen?.columns ?? MAX_COLUMNS);
}

function colourOf(state: Finding['state'], { colors: { green, red, yellow } }: Terminal): (text: string) => string {
  if (state === 'good') return green;
  return state === 'bad' ? red : yellow;
}

/** What all of it comes to. */
export function printSummary(findings: readonly Finding[], terminal: Terminal): void {
  terminal.out('');
  for (const line of wrapText({ text: '', width: 0 }, summarize(findings), columnsOf(terminal))) terminal.out(line);
}

function summarize(findings: readonly Finding[]): string {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [bad, unknown] = [count('bad'), count('unknown')];
  if (bad + unknown === 0) return 'All is well.';
  const parts = [
    bad === 0 ? '' : `${bad} to put right`,
    unknown === 0 ? '' : `${unknown} ${unknown === 1 ? 'is' : 'are'} not known`,
  ].filter(Boolean);
  const order = bad + unknown === 1 ? 'Then' : 'Begin with the first, then';
  return `Not all is well: ${parts.join(', ')}. ${order} run this command again.`;
}
