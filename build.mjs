// Builds what runs without a TypeScript loader: the functions' bundles, the CDK app, the construct, the CLI, and the
// template that the CLI takes the state machine's definition from. Does nothing if no source has changed.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, parse } from 'node:path';

const SOURCES = ['bin', 'lib', 'lambda', 'build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** The AWS SDK's clients read their own version out of their package.json: 2 KB each, of which one line is needed. */
const versionOnly = {
  name: 'version-only',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[a-z-]+\/package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** The GitHub Action asks for no OIDC token of its own: 370 KB of an HTTP client are left out. */
const withoutOidc = {
  name: 'without-oidc',
  setup({ onLoad }) {
    onLoad({ filter: /@actions\/core\/lib\/oidc-utils\.js$/ }, () => ({ contents: 'export class OidcClient {}' }));
  },
};
// Says which sources `dist` was built from.
const STAMP = '.sources';
// The package finds its own files by its name.
const SELF = 'flightwatch/package.json';

process.chdir(import.meta.dirname);
if (!isDistCurrent()) await buildAside();

/** An edit, a new file and a deleted one all change the list. */
function listSources() {
  return SOURCES.flatMap(listFiles).sort().map(describeFile).join('\n');
}

function listFiles(path) {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function describeFile(file) {
  // An editor may have deleted it in this moment.
  const stats = statSync(file, { throwIfNoEntry: false });
  return `${file} ${stats?.mtimeMs} ${stats?.size}`;
}

function isDistCurrent() {
  return attempt(() => readFileSync(join('dist', STAMP), 'utf8'), 'ENOENT') === listSources();
}

/** Other processes may run from `dist`, or build it, at the same time: it gets its name when it is complete. */
async function buildAside() {
  const folder = mkdtempSync('.build-');
  // Not before the last child process has ended, for they write there.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  // Ctrl-C ends the child processes, and with them the build.
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      process.exitCode = 1;
    });
  }
  try {
    const sources = listSources();
    await makeBundles(join(folder, 'dist'));
    synthesizeTemplate(folder);
    writeFileSync(join(folder, 'dist', STAMP), sources);
    replaceDist(folder);
  } catch (error) {
    // The child processes have printed the details.
    console.error(`The build failed, dist is unchanged: ${error.message.split('\n')[0]}`);
    process.exitCode = 1;
  }
}

async function makeBundles(outdir) {
  const { build } = await import('esbuild');
  const common = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning' };
  const functions = readdirSync('lambda').filter((file) => file.endsWith('.ts'));
  const cdk = { ...common, outdir, target: 'node20', external: ['aws-cdk-lib', 'constructs', SELF], metafile: true };
  // The licences of all packages are in files of their own.
  const noted = { outdir, external: [SELF], metafile: true, legalComments: 'none' };
  const small = {
    target: 'node24',
    minify: true,
    plugins: [versionOnly, withoutOidc],
    // ES modules where a package has them: 140 KB less.
    mainFields: ['module', 'main'],
  };
  const [action, ...shipped] = await Promise.all([
    build({ ...common, ...small, ...noted, entryPoints: { 'action/index': 'bin/action.ts' } }),
    build({
      ...common,
      ...small,
      entryPoints: functions.map((file) => ({ in: `lambda/${file}`, out: `${parse(file).name}/index` })),
      outdir: join(outdir, 'lambda'),
      metafile: true,
    }),
    build({ ...cdk, entryPoints: { 'lib/index': 'lib/index.ts' }, sourcemap: true }),
    build({
      ...common,
      ...small,
      ...noted,
      entryPoints: { 'bin/flightwatch': 'bin/flightwatch.ts' },
      target: 'node20',
      // For the stack traces of --debug.
      keepNames: true,
    }),
    build({ ...cdk, entryPoints: { 'bin/app': 'bin/app.ts' } }),
  ]);
  shortenSourceMap(join(outdir, 'lib/index.js.map'));
  writeFileSync(join(outdir, 'action/licenses.txt'), collectLicenses([action]));
  writeFileSync(join(outdir, 'third-party-licenses.txt'), collectLicenses(shipped));
}

/** The sources as they are seen from `dist`, which the folder becomes; those of other packages are only named. */
function shortenSourceMap(file) {
  const { sources, sourcesContent, ...map } = JSON.parse(readFileSync(file, 'utf8'));
  const shortened = {
    ...map,
    sources: sources.map((source) => source.replace('../', '')),
    sourcesContent: sourcesContent.map((text, index) => (sources[index].includes('node_modules/') ? null : text)),
  };
  writeFileSync(file, JSON.stringify(shortened));
}

/** The licences of the packages that bundles have parts of; a text that several share stands there once. */
function collectLicenses(builds) {
  const files = builds.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  const packages = new Map();
  for (const folder of new Set(folders)) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e([.-]|$)/i.test(entry));
    const text = file === undefined ? `License: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
    packages.set(text, [...(packages.get(text) ?? []), `${name} ${version}`]);
  }
  const entries = [...packages].map(([text, names]) => `${names.sort().join('\n')}\n\n${text}\n`);
  return entries.sort().join(`\n${'-'.repeat(80)}\n\n`);
}

function synthesizeTemplate(folder) {
  // A package of this name: the app takes the bundles from this folder, not from the present `dist`.
  copyFileSync('package.json', join(folder, 'package.json'));
  execFileSync(process.execPath, [join(folder, 'dist/bin/app.js')], {
    // The default settings, whatever cdk.json holds: the definition carries them, for runs on this machine.
    env: { ...process.env, CDK_OUTDIR: join(folder, 'cdk.out'), CDK_CONTEXT_JSON: '{}' },
    stdio: 'inherit',
  });
  const template = readFileSync(join(folder, 'cdk.out/Flightwatch.template.json'), 'utf8');
  writeFileSync(join(folder, 'dist/template.json'), template);
  // Beside the bundles of the command line and of the Action, which are the only ones to read it there.
  for (const program of ['bin', 'action']) {
    writeFileSync(join(folder, 'dist', program, 'template.json'), shortenTemplate(template));
  }
}

/** What a watch on a runner or a laptop reads of it: the definitions, and which names in them are those of topics. */
function shortenTemplate(template) {
  const resources = Object.entries(JSON.parse(template).Resources).flatMap(([id, { Type, Properties }]) => {
    if (Type === 'AWS::SNS::Topic') return [[id, { Type, Properties: {} }]];
    if (Type !== 'AWS::StepFunctions::StateMachine') return [];
    return [[id, { Type, Properties: { DefinitionString: Properties.DefinitionString } }]];
  });
  return `${JSON.stringify({ Resources: Object.fromEntries(resources) })}\n`;
}

/** Only between the two renames is there no `dist`. If another process has built the same meanwhile, its build stays. */
function replaceDist(folder) {
  const built = join(folder, 'dist');
  while (existsSync(built) && !isDistCurrent()) {
    attempt(() => renameSync('dist', mkdtempSync(join(folder, 'replaced-'))), 'ENOENT');
    attempt(() => renameSync(built, 'dist'), 'ENOTEMPTY', 'EEXIST');
  }
}

/** Undefined if it fails as it may when another process was quicker. */
function attempt(action, ...expectedCodes) {
  try {
    return action();
  } catch (error) {
    if (!expectedCodes.includes(error.code)) throw error;
  }
}
