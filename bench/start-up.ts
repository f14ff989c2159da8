import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface BundleResult {
  readonly bundle: string;
  readonly bytes: number;
  /** Median of the whole process. */
  readonly milliseconds: number;
  /** Of the bare client's. */
  readonly ratio: number;
}

export interface CommandResult {
  readonly helpMilliseconds: number;
  readonly nodeMilliseconds: number;
}

const ROUNDS = 41;
const NODE_24 = join('node_modules', 'node', 'bin', 'node');

/** Each function's bundle beside one with the bare Secrets Manager client, on Node.js 24. */
export async function measureBundles(): Promise<BundleResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'flightwatch-bench-'));
  const bare = join(folder, 'bare.js');
  await build({
    stdin: {
      contents:
        "import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';" +
        'export const handler = () => [SecretsManagerClient, GetSecretValueCommand];',
      resolveDir: process.cwd(),
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minify: true,
    mainFields: ['module', 'main'],
    outfile: bare,
  });
  const empty = join(folder, 'empty.js');
  writeFileSync(empty, '');
  const functions = readdirSync('dist/lambda').map((name) => [name, join('dist/lambda', name, 'index.js')] as const);
  const files = Object.fromEntries([['empty', empty], ['bare client', bare], ...functions]);

  const medians = interleave(
    Object.fromEntries(Object.entries(files).map(([name, file]) => [name, () => run(NODE_24, [file])])),
  );
  return Object.entries(files).map(([bundle, file]) => ({
    bundle,
    bytes: statSync(file).size,
    milliseconds: medians[bundle] ?? 0,
    ratio: (medians[bundle] ?? 0) / (medians['bare client'] ?? 1),
  }));
}

/** The command's start-up beside Node.js itself. */
export function measureCommand(): CommandResult {
  const medians = interleave({
    help: () => run(process.execPath, ['dist/bin/flightwatch.js', '--help']),
    node: () => run(process.execPath, ['-e', '0']),
  });
  return { helpMilliseconds: medians.help ?? 0, nodeMilliseconds: medians.node ?? 0 };
}

/** Medians; by turns, so that what else the machine does falls on all alike. */
function interleave(candidates: Readonly<Record<string, () => void>>): Record<string, number> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, candidate] of Object.entries(candidates)) {
      const start = process.hrtime.bigint();
      candidate();
      times[name]?.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function run(file: string, args: readonly string[]): void {
  execFileSync(file, args, { stdio: 'ignore' });
}
