import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { satisfies } from 'semver';
import { devDependencies } from '../package.json';
import { EXAMPLES } from '../test/support/examples';
import { ROOT } from '../test/support/markdown';
import { compile, compileExamples } from './compile';
import { OutsideFolder, readJson, versionIn } from './outside-folder';
import { packedTarball } from './tarball';
import { readTemplates, resourcesIn, synthesizeBesideCheckoutPeers, synthesizeEveryOption } from './templates';

const FIXTURE = join(__dirname, 'fixtures', 'every-option.ts');

const NODE_MODULES = { options: { module: 'nodenext' }, files: ['every-option.mts', 'every-option.cts'] };
const BUNDLED_MODULE = { options: { module: 'preserve', moduleResolution: 'bundler' }, files: ['every-option.ts'] };

/** The versions that are installed; a tag or a range stands for the newest version in it. */
export interface Peers {
  readonly 'aws-cdk-lib': string;
  readonly constructs: string;
}

/** Everything that apps do with the package, in a folder where it is installed beside these peers. */
export function describeApps(peers: Peers): void {
  const folder = new OutsideFolder();

  beforeAll(async () => {
    const versions = Object.entries(peers).map(([name, version]) => `${name}@${version}`);
    // The examples have the types of Node.js among their dependencies.
    await folder.install(packedTarball(), ...versions, `@types/node@${devDependencies['@types/node']}`);
    // As an ES module and as a CommonJS module.
    for (const extension of ['mts', 'cts', 'ts']) cpSync(FIXTURE, join(folder.path, `every-option.${extension}`));
    for (const name of EXAMPLES) cpSync(join(ROOT, 'examples', name), join(folder.path, name), { recursive: true });
  });

  afterAll(() => folder.remove());

  describeTypes(folder);

  test('makes the same of every option as with the peers of the checkout, which its tests run with', async () => {
    const templates = await synthesizeEveryOption(folder);
    const expected = await synthesizeBesideCheckoutPeers(folder);

    expect(Object.keys(templates)).toEqual(Object.keys(expected));
    for (const [name, template] of Object.entries(expected)) {
      expect(resourcesIn(templates[name])).toEqual(resourcesIn(template));
    }
  });

  describe('each example', () => {
    test.each(EXAMPLES)('%s asks for versions that are installed here', (name) => {
      expect(unmetDependencies(name, folder)).toEqual([]);
    });

    test.each(EXAMPLES)('%s is synthesised by the CDK CLI', async (name) => {
      const output = join(folder.path, `${name}-out`);

      await folder.runWithTools(`cdk synth --quiet --no-notices --output "${output}"`, join(folder.path, name));

      expect(Object.values(readTemplates(output)).join()).toMatch(/Poll Deployment|states:StartExecution/);
    });
  });
}

function describeTypes(folder: OutsideFolder): void {
  describe('the declarations compile, those of the peers included', () => {
    test.each([
      ['an ES module and a CommonJS module', 'TypeScript 7', NODE_MODULES],
      ['an ES module and a CommonJS module', 'TypeScript 5.9', NODE_MODULES],
      ['a module for a bundler', 'TypeScript 7', BUNDLED_MODULE],
    ] as const)('in %s, with %s', async (_, compiler, { options, files }) => {
      expect(await compile(folder, compiler, options, files)).toEqual([]);
    });

    test('in the examples, by their own settings', async () => {
      expect(await compileExamples(folder, EXAMPLES)).toEqual([]);
    });

    test('with exactOptionalPropertyTypes, but for those of the peers', async () => {
      const options = { module: 'nodenext', allowImportingTsExtensions: true, exactOptionalPropertyTypes: true };
      const errors = await compile(folder, 'TypeScript 7', options, ['three-lines/app.ts']);

      expect(errors.filter((error) => !/^node_modules\/(aws-cdk-lib|constructs)\//.test(error))).toEqual([]);
    });
  });
}

/** The tools are those of the checkout. */
function unmetDependencies(example: string, folder: OutsideFolder): string[] {
  const { dependencies, devDependencies } = readJson(join(folder.path, example, 'package.json')) as Record<
    string,
    Record<string, string>
  >;
  const asked = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) => name !== 'flightwatch');
  return asked
    .map(([name, range]) => ({ name, range, version: versionIn(folder.path, name) ?? versionIn(ROOT, name) ?? 'none' }))
    .filter(({ range, version }) => !satisfies(version, range))
    .map(({ name, range, version }) => `${name} ${range}, here is ${version}`);
}
