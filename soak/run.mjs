// Bundles the soak, which is TypeScript and uses the real code, and runs it.
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

await build({
  entryPoints: ['soak/main.ts'],
  outfile: 'dist/soak/main.js',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  // The commands of the AWS SDK are known by their names.
  keepNames: true,
  external: ['aws-cdk-lib', 'constructs', 'flightwatch/package.json'],
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, ['dist/soak/main.js', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
