import { CHECKOUT_COMMAND } from '../contract/own-command';
import type { Terminal } from './terminal';
import { cutToWidth, widthOf } from './text-width';
import { wrapIndented } from './wrap-text';

const FRAME = '│ ';
const ADDRESS = /https?:\/\/[^\s\p{Cc}]+/gu;

/** Continues a command on the next line, in the shells of Unix. */
const CONTINUED = ' \\';

/** Prints a notification as its e-mail would arrive. */
export function showEmail(subject: string, text: string, terminal: Terminal): void {
  const { bold, dim } = terminal.colors;
  const room = terminal.screen && Math.max(1, terminal.screen.columns - widthOf(FRAME));
  const print = (line: string) => terminal.out(`${dim(FRAME.trimEnd())} ${line}`.trimEnd());
  terminal.out(dim('┌── e-mail'));
  for (const line of wrapIndented(`Subject: ${subject}`, room)) print(bold(line));
  print('');
  for (const line of text.split('\n')) for (const part of layOutLine(line, room, terminal)) print(part);
  terminal.out(dim('└──'));
}

function layOutLine(line: string, room: number | undefined, terminal: Terminal): string[] {
  if (room !== undefined && line.trimStart().startsWith(CHECKOUT_COMMAND)) return wrapCommand(line, room);
  return wrapIndented(linkAddresses(line, room, terminal), room);
}

/** Typed as it is shown, it is the same command. */
function wrapCommand(line: string, room: number): string[] {
  const lines = wrapIndented(line, room - CONTINUED.length);
  return lines.map((part, index) => (index < lines.length - 1 ? part + CONTINUED : part));
}

/** Where an address can be clicked, it need not be shown as a whole. */
function linkAddresses(line: string, room: number | undefined, { link }: Terminal): string {
  if (link === undefined) return line;
  const indent = line.length - line.trimStart().length;
  const shorten = (address: string) => (room === undefined ? address : cutToWidth(address, Math.max(1, room - indent)));
  return line.replace(ADDRESS, (address) => link(shorten(address), address));
}
