import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** @param path from the root of the project */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The rows of the table that has this header, as cells. */
export function tableIn(markdown: string, ...header: readonly string[]): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => cellsOf(line).join() === header.map((cell) => cell.trim()).join());
  if (start < 0) throw new Error(`There is no table with the header ${header.join(', ')}.`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? rows.length : end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The texts between backticks. */
export function codeIn(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}
