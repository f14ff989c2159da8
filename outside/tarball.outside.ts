import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FUNCTIONS } from '../lib/contract/functions';
import { type LoopbackServer, serveOnLoopback } from '../lib/local/loopback-server';
import { bin, name, peerDependencies, version } from '../package.json';
import { ROOT } from '../test/support/markdown';
import { OutsideFolder } from './outside-folder';
import { pack } from './pack';
import { objectionsToPublishing } from './publish';
import { packedTarball } from './tarball';

const LIMIT_BYTES = 1_500_000;

/** What the package is made of. Anything else was packed by mistake. */
const EXPECTED = [
  /^(package\.json|README\.md|CHANGELOG\.md|CONTRIBUTING\.md|LICENSE)$/,
  /^dist\/bin\/(flightwatch\.js|template\.json)$/,
  /^dist\/lib\/index\.(js|js\.map)$/,
  /^dist\/lib\/[\w/-]+\.d\.ts$/,
  new RegExp(`^dist/lambda/(${Object.values(FUNCTIONS).join('|')})/index\\.js$`),
  /^dist\/third-party-licenses\.txt$/,
  /^docs\/[\w/-]+\.(md|svg)$/,
  /^examples\/README\.md$/,
  /^examples\/[\w-]+\/(README\.md|(package|cdk|tsconfig)\.json|[\w-]+\.(ts|js))$/,
  /^examples\/github-actions\/[\w-]+\.yml$/,
];

const folder = new OutsideFolder();
const content = join(folder.path, 'package');
let files: string[];

beforeAll(() => {
  execFileSync('tar', ['--extract', '--file', packedTarball(), '--directory', folder.path]);
  const entries = readdirSync(content, { recursive: true, withFileTypes: true });
  files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(content.length + 1))
    .toSorted();
});

afterAll(() => folder.remove());

function readPacked(file: string): string {
  return readFileSync(join(content, file), 'utf8');
}

test(`the tarball is smaller than ${LIMIT_BYTES / 1e6} MB`, () => {
  expect(basename(packedTarball())).toBe(`${name}-${version}.tgz`);
  expect(statSync(packedTarball()).size).toBeLessThan(LIMIT_BYTES);
});

test('packing twice makes the same tarball, so a release that runs again as a whole finds it on npm', async () => {
  const folders = ['first', 'second'].map((each) => join(folder.path, each));
  const tarballs: Buffer[] = [];
  for (const each of folders) {
    mkdirSync(each);
    tarballs.push(readFileSync(await pack(each)));
  }

  expect(tarballs[1]?.equals(tarballs[0] ?? Buffer.of())).toBe(true);
});

test('it holds what the package is made of, and nothing else', () => {
  expect(files.filter((file) => !EXPECTED.some((pattern) => pattern.test(file)))).toEqual([]);
  expect(EXPECTED.filter((pattern) => !files.some((file) => pattern.test(file)))).toEqual([]);
});

test('it holds the bundle of every function', () => {
  expect(files.filter((file) => file.startsWith('dist/lambda/'))).toEqual(
    Object.values(FUNCTIONS)
      .map((bundle) => `dist/lambda/${bundle}/index.js`)
      .toSorted(),
  );
});

test("no file names the checkout, the build's folder or the registry of this machine", async () => {
  const registry = new URL(await folder.run('npm config get registry')).host;
  const own = [ROOT, '.build-', ...(registry === 'registry.npmjs.org' ? [] : [registry])];
  const found = files.flatMap((file) =>
    own.filter((text) => readPacked(file).includes(text)).map((text) => [file, text]),
  );

  expect(found).toEqual([]);
});

test('no file holds a secret', () => {
  const secret =
    /\bfc_[0-9a-z]{16,}|\bAKIA[0-9A-Z]{16}\b|\bgh[opsu]_\w{30,}|\bnpm_[0-9A-Za-z]{36}\b|-----BEGIN [A-Z ]*PRIVATE KEY/;

  expect(files.filter((file) => secret.test(readPacked(file)))).toEqual([]);
});

test('the declarations have their comments, and name no types but those of the peers', () => {
  const declarations = files.filter((file) => file.endsWith('.d.ts'));
  const imported = declarations.flatMap((file) => importsOf(readPacked(file)));
  const foreign = imported.filter(
    (from) => !from.startsWith('.') && !Object.keys(peerDependencies).includes(packageOf(from)),
  );

  expect(foreign).toEqual([]);
  expect(readPacked('dist/lib/constructs/deployment-monitor-props.d.ts')).toContain('/** ');
});

test('the source map leads to the sources, which it holds', () => {
  const map = JSON.parse(readPacked('dist/lib/index.js.map')) as { sources: string[]; sourcesContent: string[] };
  const own = map.sources.findIndex((source) => source.endsWith('/deployment-monitor.ts'));

  expect(readPacked('dist/lib/index.js')).toContain('//# sourceMappingURL=index.js.map');
  expect(join('dist/lib', map.sources[own] ?? '')).toBe('lib/constructs/deployment-monitor.ts');
  expect(map.sourcesContent[own]).toBe(readFileSync(join(ROOT, 'lib/constructs/deployment-monitor.ts'), 'utf8'));
});

test('every link of its documents leads to a file or a folder of the package', () => {
  const linked = files.filter((file) => file.endsWith('.md')).flatMap(linksOf);
  const missing = linked.filter(
    ([, target]) => !files.some((file) => file === target || file.startsWith(`${target}/`)),
  );

  expect(linked).not.toEqual([]);
  expect(missing).toEqual([]);
});

test('the command line is a program', () => {
  expect(readPacked(bin.flightwatch)).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test.each([
  ['the command line', 'commander'],
  ['the construct', 'valibot'],
  ['the functions', '@aws-sdk/client-sfn'],
])('the notices name what is bundled into %s', (_, dependency) => {
  expect(readPacked('dist/third-party-licenses.txt')).toMatch(new RegExp(`^${dependency} \\d+\\.`, 'm'));
});

test('licences that ask for their own text have it', () => {
  const nameOnly = /^License: (?!Apache-2\.0$|MIT-0$|0BSD$|CC0-1\.0$|Unlicense$).*/gm;

  expect(readPacked('dist/third-party-licenses.txt').match(nameOnly) ?? []).toEqual([]);
});

describe('npm publish --dry-run', () => {
  let registry: LoopbackServer;
  /** Of the package, in that registry. */
  let versions: readonly string[];

  beforeAll(async () => {
    registry = await serveOnLoopback((_, response) => {
      const manifests = Object.fromEntries(versions.map((each) => [each, { name, version: each, dist: {} }]));
      response.end(JSON.stringify({ name, versions: manifests }));
    });
  });

  afterAll(() => registry.close());

  test('has no objections', async () => {
    expect(await objectionsToPublishing(packedTarball(), folder)).toEqual([]);
  });

  test.each([
    ['this version', [version]],
    ['an earlier version', ['0.0.1']],
    ['no version', []],
  ])('has no objections if npm has %s', async (_, onNpm) => {
    versions = onNpm;

    expect(await objectionsToPublishing(packedTarball(), folder, `--registry ${registry.url}`)).toEqual([]);
  });

  test('objects to a version below one that npm has, from npm 11 on, which asks for it', async () => {
    versions = ['99.0.0'];
    const asks = Number.parseInt(await folder.run('npm --version'), 10) >= 11;

    const objections = await objectionsToPublishing(packedTarball(), folder, `--registry ${registry.url}`);

    expect(objections).toEqual(asks ? [expect.stringContaining('version 99.0.0 is higher')] : []);
  });
});

test('publint finds nothing to improve', async () => {
  const output = await folder.run(`node "${tool('publint/src/cli.js')}" --strict "${packedTarball()}"`);

  expect(output).toContain('All good!');
});

test('attw finds the types in every way of resolution', async () => {
  const output = await folder.run(`node "${tool('@arethetypeswrong/cli/dist/index.js')}" "${packedTarball()}"`);

  expect(output).toContain('No problems found');
});

function tool(file: string): string {
  return join(ROOT, 'tools', 'node_modules', file);
}

/** The document, and a file or folder that it links to. */
function linksOf(file: string): [string, string][] {
  const targets = readPacked(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g);
  return [...targets].map(([, target = '']) => [file, join(dirname(file), target)]);
}

function packageOf(specifier: string): string {
  return dirname(specifier) === '.' ? specifier : (specifier.split('/')[0] ?? '');
}

function importsOf(declarations: string): string[] {
  const imports = /(?:\bfrom |\bimport |\bimport\(|\brequire\(|<reference types=)['"]([^'"]+)['"]/g;
  const withoutComments = declarations.replaceAll(/\/\*.*?\*\//gs, '');
  return [...withoutComments.matchAll(imports)].map(([, from = '']) => from);
}
