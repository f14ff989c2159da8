import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeRunbook } from '../../lib/contract/runbook';
import packageJson from '../../package.json';
import { version as lockedVersion } from '../../package-lock.json';
import { ROOT, readText } from '../support/markdown';
import { findOutdated, findUnpublished } from '../support/publication';

const { version, repository, homepage, bugs } = packageJson;
const ADDRESS = repository.url.replace(/^git\+|\.git$/g, '');
const NAME = ADDRESS.replace('https://github.com/', '');
const CHANGELOG = readText('CHANGELOG.md');

/** Has the command of an installed package, for messages that only an installed package prints. */
const COMMANDS = 'lib/contract/own-command.ts';

/** Everything that a user reads, in the repository, in the package or as a message. */
const TEXTS = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'action.yml'],
  ...['docs', 'examples', '.github', 'lib', 'bin', 'lambda'].flatMap(filesIn),
].filter((file) => /\.(md|svg|yml|json|ts|js|mjs)$/.test(file));

function filesIn(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.filter((file) => !file.includes('node_modules')).map((file) => file.slice(ROOT.length + 1));
}

describe('the version', () => {
  test('is the first one in the changelog, and the one in the lock file', () => {
    const [, first] = /^## (.+) - (?:unreleased|\d{4}-\d{2}-\d{2})$/m.exec(CHANGELOG) ?? [];

    expect(first).toBe(version);
    expect(lockedVersion).toBe(version);
  });

  test('is the one of every tarball and every tag of the Action that a text names', () => {
    const tarballs = everywhere(/flightwatch-(\d[^\s"`']*)\.tgz/g);
    const tags = everywhere(/[\w-]+\/flightwatch@(v\d[\w.]*)/g);

    expect(tarballs.length).toBeGreaterThan(0);
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

/** The texts are part of the tarball, so the commit that is released has those for afterwards. */
const isReleased = /^## \S+ - \d{4}-\d{2}-\d{2}$/m.test(CHANGELOG);

test(`no text is wrong ${isReleased ? 'after' : 'before'} the first release`, () => {
  const wrong = TEXTS.filter((file) => file !== COMMANDS).flatMap((file) => {
    const found = isReleased
      ? findOutdated(readText(file))
      : findUnpublished(withoutComments(file), { isDependent: isDependent(file) });
    return found.map((text) => ({ file, text }));
  });

  expect(wrong).toEqual([]);
});

test('only the contract names the command of an installed package, and only an installed package prints it', () => {
  const code = TEXTS.filter((file) => /^(lib|bin|lambda)\//.test(file));

  expect(code.filter((file) => withoutComments(file).includes('npx flightwatch'))).toEqual([COMMANDS]);
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
  'It is a placeholder until the Action is published.',
  'A placeholder: Flightwatch is not published yet.',
  'Flightwatch is not published on npm\nyet.',
  '# Releasing\n\n## Before the first release\n',
])('%s is wrong after the first release', (text) => {
  expect(findOutdated(text)).not.toEqual([]);
});

test.each(['Run `npx flightwatch`.', 'The secret holds a placeholder.', 'The notification was not published.'])(
  '%s is right after the first release',
  (text) => {
    expect(findOutdated(text)).toEqual([]);
  },
);

function everywhere(pattern: RegExp): { readonly file: string; readonly found: string | undefined }[] {
  return TEXTS.flatMap((file) => [...readText(file).matchAll(pattern)].map(([, found]) => ({ file, found })));
}

/** Whether the file is one of an example that depends on the package. */
function isDependent(file: string): boolean {
  const [, app] = /^(examples\/[\w-]+)\//.exec(file) ?? [];
  const manifest = join(ROOT, app ?? '', 'package.json');
  return app !== undefined && existsSync(manifest) && /"flightwatch": "file:/.test(readFileSync(manifest, 'utf8'));
}

/** Comments in the code are for maintainers. Those in workflows are for users, who copy them. */
function withoutComments(file: string): string {
  const text = readText(file);
  return file.endsWith('.ts') ? text.replace(/^\s*(\/\/|\/?\*).*$/gm, '') : text;
}
