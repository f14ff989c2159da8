import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../test/support/markdown';
import type { OutsideFolder } from './outside-folder';

const COMPILERS = { 'TypeScript 7': '.', 'TypeScript 5.9': 'tools' } as const;

/** What every compilation here asks for; TypeScript's other defaults are those of a user. */
const OPTIONS = {
  noEmit: true,
  strict: true,
  skipLibCheck: false,
  target: 'es2022',
  // aws-cdk-lib's declarations need `Disposable`.
  lib: ['es2022', 'esnext.disposable'],
  types: [],
};

/** @returns the errors */
export function compile(
  folder: OutsideFolder,
  compiler: keyof typeof COMPILERS,
  options: object,
  files: readonly string[],
): Promise<string[]> {
  return compileProject(folder, compiler, { compilerOptions: { ...OPTIONS, ...options }, files });
}

/** Those that have the same settings are compiled at once: the peers' declarations take the time. @returns the errors */
export async function compileExamples(folder: OutsideFolder, examples: readonly string[]): Promise<string[]> {
  const errors: string[] = [];
  for (const [settings, names] of groupBySettings(folder, examples)) {
    const { compilerOptions } = JSON.parse(settings) as { compilerOptions: object };
    expect(compilerOptions).toMatchObject({ strict: true, skipLibCheck: false });
    const project = { compilerOptions: { ...compilerOptions, noEmit: true }, include: names };
    errors.push(...(await compileProject(folder, 'TypeScript 7', project)));
  }
  return errors;
}

/** JavaScript has none. */
function groupBySettings(folder: OutsideFolder, examples: readonly string[]): Map<string, string[]> {
  const typed = examples.filter((name) => existsSync(settingsOf(folder, name)));
  return Map.groupBy(typed, (name) => readFileSync(settingsOf(folder, name), 'utf8'));
}

function settingsOf(folder: OutsideFolder, example: string): string {
  return join(folder.path, example, 'tsconfig.json');
}

async function compileProject(
  folder: OutsideFolder,
  compiler: keyof typeof COMPILERS,
  project: object,
): Promise<string[]> {
  writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify(project));
  const program = join(ROOT, COMPILERS[compiler], 'node_modules', 'typescript', 'bin', 'tsc');
  // With errors, its exit status is 1 or 2; they are what the caller wants to know.
  const output = await folder.run(`node "${program}" --project . --pretty false || [ $? -le 2 ]`);
  return output.split('\n').filter((line) => /\berror TS\d+:/.test(line));
}
