import { seeRunbook } from '../../lib/contract/runbook';
import packageJson from '../../package.json';
import { version as lockedVersion } from '../../package-lock.json';
import { publishFirst } from '../support/first-release';
import { readText } from '../support/markdown';
import {
  COMMANDS,
  dependencyOfExamples,
  findOutdated,
  findUnpublished,
  findWrongTexts,
  readTexts,
  releasedVersion,
  stepsToRun,
  type Texts,
  withoutComments,
} from '../support/publication';

const { version, repository, homepage, bugs } = packageJson;
const ADDRESS = repository.url.replace(/^git\+|\.git$/g, '');
const NAME = ADDRESS.replace('https://github.com/', '');
const CHANGELOG = readText('CHANGELOG.md');
const TEXTS = readTexts();
const RELEASED = releasedVersion(CHANGELOG);
const TARBALL = /flightwatch-(\d[^\s"`']*)\.tgz/g;

describe('the version', () => {
  test('is the first one in the changelog, and the one in the lock file', () => {
    const [, first] = /^## (.+) - (?:unreleased|\d{4}-\d{2}-\d{2})$/m.exec(CHANGELOG) ?? [];

    expect(first).toBe(version);
    expect(lockedVersion).toBe(version);
  });

  test('is the one of every tarball and every tag of the Action that a text names', () => {
    const tarballs = everywhere(TARBALL);
    const tags = everywhere(/[\w-]+\/flightwatch@(v\d[\w.]*)/g);

    expect(tarballs.length > 0).toBe(RELEASED === undefined);
    expect(tarballs.filter(({ found }) => found !== version)).toEqual([]);
    expect(tags.length).toBeGreaterThan(0);
    expect(tags.filter(({ found }) => found !== `v${version.split('.')[0]}`)).toEqual([]);
  });
});

test('the changelog links to nothing beside it, because the notes of a release on GitHub are taken from it', () => {
  expect(CHANGELOG.match(/\]\((?!https:)[^)]*\)/g)).toBeNull();
});

describe('the address of the repository', () => {
  test('is the same in every field of package.json', () => {
    expect(repository).toEqual({ type: 'git', url: `git+https://github.com/${NAME}.git` });
    expect({ homepage, bugs }).toEqual({ homepage: `${ADDRESS}#readme`, bugs: `${ADDRESS}/issues` });
  });

  test('is the one of package.json wherever a text names it', () => {
    const named = everywhere(
      /(?:github\.com\/|github:|uses: |--repository |\b)([\w.-]+\/flightwatch)(?=@v|\/blob|\.git\b|#| --env)/g,
    );

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ found }) => found !== NAME)).toEqual([]);
  });

  test('leads to the runbook', () => {
    expect(seeRunbook('Dead letters')).toBe(
      `See "Dead letters" in docs/runbook.md: ${ADDRESS}/blob/main/docs/runbook.md#dead-letters`,
    );
  });
});

test(`no text is wrong ${RELEASED === undefined ? 'before' : 'after'} the first release`, () => {
  expect(findWrongTexts(TEXTS)).toEqual([]);
});

test('only the contract names the command of an installed package, and only an installed package prints it', () => {
  const code = [...TEXTS].filter(([file]) => /^(lib|bin|lambda)\//.test(file));
  const naming = code.filter(([file, text]) => withoutComments(file, text).includes('npx flightwatch'));

  expect(naming.map(([file]) => file)).toEqual([COMMANDS]);
});

test.each([
  'npm install flightwatch',
  'npm i -D flightwatch',
  'npm install --save-dev flightwatch@0.1.0',
  'npx flightwatch',
  'npx --yes flightwatch',
  'npx flightwatch@latest',
  'yarn add flightwatch',
  'pnpm dlx flightwatch',
])('%s does not exist before the first release', (command) => {
  expect(findUnpublished(`Run \`${command}\`.`)).toEqual([command]);
});

test.each([
  ['below the installation of the tarball', 'npm install ../flightwatch-0.1.0.tgz\n\nRun `npx flightwatch demo`.'],
  ['for a project that has the package', 'Type `npx flightwatch demo` in a project\nthat has the package.'],
  ['for the own app of the reader', 'In your own app, type `npx flightwatch` instead of `npm run`.'],
])('npx flightwatch exists %s', (_, text) => {
  expect(findUnpublished(text)).toEqual([]);
});

test('npx flightwatch exists in an app that depends on the package', () => {
  expect(findUnpublished("['npm ci', 'npx flightwatch trigger']", { isDependent: true })).toEqual([]);
});

test('npx from the registry does not exist below the installation of the tarball either', () => {
  const text = 'npm install ../flightwatch-0.1.0.tgz\n\nRun `npx --yes flightwatch demo`.';

  expect(findUnpublished(text)).toEqual(['npx --yes flightwatch']);
});

test.each([
  'Run `npm install ../flightwatch-0.1.0.tgz`.',
  'Run `npm ci && npm pack` in a checkout.',
  'The tarball that `npm pack` makes.',
  'It is a placeholder until the Action is published.',
  'A placeholder: Flightwatch is not published yet.',
  'Flightwatch is not published on npm\nyet.',
  'Flightwatch is not on npm yet.',
  'Flightwatch is not yet published.',
  'The Action, not published on npm, is here.',
  ' * the package is\n * not published: such a command would run something else',
  'Until Flightwatch is published, the address of the runbook is a placeholder.',
  'How to use Flightwatch before it is published.',
  '# Releasing\n\n## Before the first release\n',
  'See [how to install it](releasing.md#before-the-first-release).',
])('%s is wrong after the first release', (text) => {
  expect(findOutdated(text)).not.toEqual([]);
});

test.each([
  'Run `npx flightwatch`.',
  'Run `npm install flightwatch`.',
  'The secret holds a placeholder.',
  'The notification was not published.',
  'The URL is not published.',
  'Do this before the notification is published.',
])('%s is right after the first release', (text) => {
  expect(findOutdated(text)).toEqual([]);
});

// Once it is over, these texts stay as they are.
describe('the first release, as docs/releasing.md says', () => {
  const dated = RELEASED === undefined ? withChangelog(CHANGELOG.replace(/ - unreleased$/m, ' - 2027-01-31')) : TEXTS;
  const published = publishFirst(dated, version);
  const released = releasedVersion(published.get('CHANGELOG.md') ?? '');

  test('the date in the changelog makes these tests name each text that has to change', () => {
    const found = new Set(findWrongTexts(dated).map(({ file }) => file));
    const suspicious = [...TEXTS].filter(([, text]) => /\.tgz\b|not (on npm|published) yet/.test(text));

    expect(released).toBe(RELEASED ?? version);
    expect(suspicious.map(([file]) => file).filter((file) => !found.has(file) && !/^\.github\//.test(file))).toEqual(
      [],
    );
  });

  test('no text is wrong with the replacements', () => {
    expect(findWrongTexts(published)).toEqual([]);
  });

  test('each example installs the package by its name, and its README says how to run it', () => {
    const manifests = [...published].filter(([file]) => /^examples\/[\w-]+\/package\.json$/.test(file));

    expect(manifests).not.toEqual([]);
    for (const [file, text] of manifests) {
      const [, example = ''] = file.split('/');
      const readme = published.get(`examples/${example}/README.md`);
      expect(JSON.parse(text).dependencies.flightwatch).toBe(dependencyOfExamples(version, released));
      for (const steps of stepsToRun(example, version, released)) expect(readme).toContain(steps);
    }
  });

  test('the next version leaves the examples at the one that is on npm', () => {
    const next = withChangelog(`# Changelog\n\n## 9.0.0 - unreleased\n\n${dated.get('CHANGELOG.md')}`);
    const onNpm = releasedVersion(next.get('CHANGELOG.md') ?? '');

    expect(dependencyOfExamples('9.0.0', onNpm)).toBe(`^${released}`);
  });
});

function withChangelog(changelog: string): Texts {
  return new Map([...TEXTS, ['CHANGELOG.md', changelog]]);
}

function everywhere(pattern: RegExp): { readonly file: string; readonly found: string | undefined }[] {
  return [...TEXTS].flatMap(([file, text]) => [...text.matchAll(pattern)].map(([, found]) => ({ file, found })));
}
