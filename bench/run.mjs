// Bundles the benchmark, which is TypeScript and uses the real code, and runs it.
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

await build({
  entryPoints: ['bench/main.ts'],
  outfile: 'dist/bench/main.js',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['esbuild', 'flightwatch/package.json'],
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, ['--expose-gc', 'dist/bench/main.js', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
