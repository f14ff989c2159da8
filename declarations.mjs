// Writes the type declarations that the package ships: those that a program reaches which imports it. The compiler writes
// one for every module behind them as well, and those name types of packages that users do not have.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ENTRY = 'lib/index.d.ts';

process.chdir(import.meta.dirname);
const [outdir = 'dist'] = process.argv.slice(2);
const compiled = mkdtempSync('.build-');
try {
  compile(compiled);
  removeOld(join(outdir, 'lib'));
  for (const file of reachFrom(ENTRY)) cpSync(join(compiled, file), join(outdir, file));
} finally {
  rmSync(compiled, { recursive: true });
}

function compile(folder) {
  const compiler = 'node_modules/typescript/bin/tsc';
  const args = [compiler, '--project', 'tsconfig.types.json', '--outDir', folder];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

/** Those of another version, if the build has left `dist` as it was. */
function removeOld(folder) {
  mkdirSync(folder, { recursive: true });
  const old = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.d.ts'));
  for (const file of old) rmSync(join(folder, file));
}

function reachFrom(file, reached = new Set()) {
  if (reached.has(file)) return reached;
  reached.add(file);
  // An example in a comment may import files of its reader's.
  const declarations = readFileSync(join(compiled, file), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
  for (const [, name] of declarations.matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g))
    reachFrom(`${join(dirname(file), name)}.d.ts`, reached);
  return reached;
}
