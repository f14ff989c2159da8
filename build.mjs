// Builds what runs without a TypeScript loader: the functions' bundles, the CDK app, the construct, the CLI, and the
// template that the CLI takes the state machine's definition from.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const functions = ['poll-deployment', 'start-watch', 'report-broken-watch', 'measure-watch'];

const common = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning' };
// The package finds its own files by its name.
const self = 'flightwatch/package.json';

rmSync('dist', { recursive: true, force: true });

await Promise.all([
  build({
    ...common,
    entryPoints: Object.fromEntries(functions.map((name) => [`${name}/index`, `lambda/${name}.ts`])),
    outdir: 'dist/lambda',
    target: 'node24',
    minify: true,
    // ES modules where a package has them: 140 KB less.
    mainFields: ['module', 'main'],
  }),
  build({
    ...common,
    entryPoints: { 'bin/app': 'bin/app.ts', 'lib/index': 'lib/index.ts' },
    outdir: 'dist',
    target: 'node20',
    external: ['aws-cdk-lib', 'constructs', self],
  }),
  build({
    ...common,
    entryPoints: { 'bin/flightwatch': 'bin/flightwatch.ts' },
    outdir: 'dist',
    target: 'node20',
    external: [self],
  }),
]);

// The default settings, whatever cdk.json holds: the definition depends on none of them.
execFileSync(process.execPath, ['dist/bin/app.js'], {
  env: { ...process.env, CDK_OUTDIR: 'dist/cdk.out', CDK_CONTEXT_JSON: '{}' },
  stdio: 'inherit',
});
writeFileSync('dist/template.json', readFileSync('dist/cdk.out/Flightwatch.template.json'));
rmSync('dist/cdk.out', { recursive: true });
