// Synthesises examples as the commands in their cdk.json do, but in one process, which loads the CDK once:
// `node synthesize-examples.mjs <output folder> <example>...`
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');
const PACKAGE = join(ROOT, 'package.json');
const { resolve } = createRequire(PACKAGE);

// `flightwatch` is this package, and the CDK is the one installed here, also if an example has its own.
registerHooks({
  resolve: (specifier, context, next) => {
    const isPeer = /^(flightwatch|aws-cdk-lib|constructs)(\/|$)/.test(specifier);
    if (!isPeer || context.parentURL === pathToFileURL(PACKAGE).href) return next(specifier, context);
    return { url: pathToFileURL(resolve(specifier)).href, format: 'commonjs', shortCircuit: true };
  },
});

const [output, ...examples] = process.argv.slice(2);
for (const example of examples) await synthesize(join(ROOT, 'examples', example), join(output, example));

/** An app reads these variables when it is constructed. It writes its output when this process has nothing else to do. */
async function synthesize(folder, outdir) {
  const { context = {} } = readJson(join(folder, 'cdk.json'));
  process.env.CDK_OUTDIR = outdir;
  process.env.CDK_CONTEXT_JSON = JSON.stringify(context);
  await import(pathToFileURL(findEntry(folder, outdir)).href);
}

function findEntry(folder, outdir) {
  const source = join(folder, 'app.ts');
  if (!existsSync(source)) return join(folder, 'app.js');
  return readJson(join(folder, 'package.json')).type === 'commonjs' ? compile(source, outdir) : source;
}

/** Node.js removes types, but does not turn `import` into `require`. */
function compile(source, outdir) {
  const compiled = join(`${outdir}-build`, 'app.cjs');
  mkdirSync(`${outdir}-build`, { recursive: true });
  writeFileSync(compiled, transformSync(readFileSync(source, 'utf8'), { loader: 'ts', format: 'cjs' }).code);
  return compiled;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
