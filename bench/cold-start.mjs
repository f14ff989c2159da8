// Size and load time of each function's bundle beside a bundle with the bare Secrets Manager client, on Node.js 24,
// interleaved, so that what else the machine does falls on both alike.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROUNDS = 41;
const node24 = join('node_modules', 'node', 'bin', 'node');

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

const files = { empty, bare, 'poll-deployment': 'dist/lambda/poll-deployment/index.js' };
const times = Object.fromEntries(Object.keys(files).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, file] of Object.entries(files)) {
    const start = process.hrtime.bigint();
    execFileSync(node24, [file]);
    times[name].push(Number(process.hrtime.bigint() - start) / 1e6);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const rows = Object.entries(files).map(([name, file]) => ({
  bundle: name,
  kilobytes: Math.round(statSync(file).size / 1000),
  milliseconds: Number(median(times[name]).toFixed(1)),
  ratio: Number((median(times[name]) / median(times.bare)).toFixed(3)),
}));
if (process.argv.includes('--json')) console.log(JSON.stringify(rows));
else console.table(rows);
