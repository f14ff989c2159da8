import type { CommanderError } from '@commander-js/extra-typings';
import { describeText } from '../text';

/** Options and commands that somebody may have mistyped; other words could be credentials. */
const OPTION_NAME = /^(-[a-z]|--[a-z]+(-[a-z]+)*)$/;
const COMMAND_NAME = /^[a-z]+(-[a-z]+)*$/;
const MAX_NAME_CHARACTERS = 24;

/** One line about wrong usage; the parser's own message may repeat a value. */
export function explainUsage({ code, message }: CommanderError): string {
  const [, given = '', likely] = /^error: unknown \w+ '(.*)'(?:\n\((.*)\))?$/s.exec(message) ?? [];
  const advice = likely === undefined ? '' : ` (${likely})`;
  if (code === 'commander.unknownOption') return `error: unknown option${showOption(given)}${advice}`;
  if (code === 'commander.unknownCommand') return `error: unknown command${showCommand(given)}${advice}`;
  return message;
}

function showOption(given: string): string {
  const [name = '', value] = given.split('=', 2);
  if (!OPTION_NAME.test(name) || name.length > MAX_NAME_CHARACTERS) return `, ${describeText(given)}`;
  return ` '${name}${value === undefined ? '' : '=...'}'`;
}

function showCommand(given: string): string {
  const isName = COMMAND_NAME.test(given) && given.length <= MAX_NAME_CHARACTERS;
  return isName ? ` '${given}'` : `, ${describeText(given)}`;
}
