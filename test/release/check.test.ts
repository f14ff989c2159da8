import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, readText } from '../support/markdown';

const VERSION = '1.2.0';
const CHANGELOG = `# Changelog

## 1.3.0 - unreleased

### Added

- Something for later.

## 1.2.0 - 2027-01-31

### Added

- **Breaking:** A change that takes
  two lines.

  1. Look at the \`diff\`, which
     takes a minute:

     \`\`\`sh
     npx cdk diff
     npx cdk deploy
     \`\`\`

  2. Rename:

     | old | new |
     | --- | --- |
     | a   | b_c |

- Another, which
  **stands out**. See [the
  page][page].

[page]: https://example.com

### Fixed

- A fault.

## 1.1.0 - 2026-12-01

- An older change.
`;

/** A checkout of a commit on main. */
const folder = mkdtempSync(join(tmpdir(), 'flightwatch-release-'));

beforeAll(() => {
  git('init', '--quiet', '--initial-branch', 'main');
  commit();
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
});

beforeEach(() => writeCheckout({}));

afterAll(() => rmSync(folder, { recursive: true }));

test('a commit whose tag, version, changelog and repository agree may be released', () => {
  const { status, stdout, outputs } = check();

  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(outputs).toBe('version=1.2.0\nmajor=v1\n');
});

test('a tag of another version is refused', () => {
  const { status, stdout } = check({ GITHUB_REF_NAME: 'v1.3.0' });

  expect(status).toBe(1);
  expect(stdout).toBe(
    '::error::The tag is v1.3.0, but the version in package.json is 1.2.0. Push v1.2.0, or change the version first.\n' +
      'Delete the tag before the next try: git tag -d v1.3.0 && git push --delete origin v1.3.0\n',
  );
});

test.each([
  ['has no heading', CHANGELOG.replace('## 1.2.0 - 2027-01-31', '## 1.2.1 - 2027-01-31'), 'no heading "## 1.2.0 - "'],
  ['has no date', CHANGELOG.replace('2027-01-31', 'unreleased'), 'dates 1.2.0 "unreleased"'],
  ['has a date that does not exist', CHANGELOG.replace('2027-01-31', '2027-02-31'), 'dates 1.2.0 "2027-02-31"'],
  ['has no notes', CHANGELOG.replace(/(?<=2027-01-31\n)[\s\S]+?(?=\n## 1\.1)/, ''), 'says nothing below'],
])('a version that %s in the changelog is refused', (_, changelog, message) => {
  writeCheckout({ changelog });

  const { status, stdout, outputs } = check();

  expect({ status, outputs }).toEqual({ status: 1, outputs: '' });
  expect(stdout).toMatch(
    /^::error::CHANGELOG\.md .+\nDelete the tag before the next try: git tag -d v1\.2\.0 && .+ v1\.2\.0\n$/,
  );
  expect(stdout).toContain(message);
});

test('the placeholder of the repository is refused, before anything is published', () => {
  writeCheckout({ repository: 'your-organisation/shop' });

  const { status, stdout } = check();

  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^::error::package\.json names the repository git\+https:\/\/github\.com\/your-organisation\/shop\.git, but this is git\+https:\/\/github\.com\/acme\/shop\.git\. .+ docs\/releasing\.md\.\nDelete the tag .+\n$/,
  );
});

test('the repository in other letters is refused, because npm would refuse it, and GitHub would not', () => {
  const { status, stdout } = check({ GITHUB_REPOSITORY: 'Acme/shop' });

  expect(status).toBe(1);
  expect(stdout).toContain('but this is git+https://github.com/Acme/shop.git, with other capital letters. npm accepts');
});

test('a pre-release is refused', () => {
  const version = '1.2.0-rc.1';
  writeCheckout({ version, changelog: CHANGELOG.replace('1.2.0', version) });

  const { status, stdout } = check({ GITHUB_REF_NAME: `v${version}` });

  expect(status).toBe(1);
  expect(stdout).toContain('package.json has the version 1.2.0-rc.1. Expected three numbers');
});

test('a commit that is not on main is refused', () => {
  git('checkout', '--quiet', '-b', 'other');
  commit();

  const { status, stdout } = check();
  git('checkout', '--quiet', 'main');

  expect(status).toBe(1);
  expect(stdout).toContain('::error::The tagged commit is not on main.');
});

test('all reasons are printed at once', () => {
  writeCheckout({ repository: 'other/shop', changelog: '# Changelog\n' });

  const { stdout } = check({ GITHUB_REF_NAME: 'v2.0.0' });

  expect(stdout.match(/^::error::/gm)).toHaveLength(3);
});

test('the notes are the section of this version, without the line breaks of its sentences', () => {
  const notes = execFileSync('node', [join(ROOT, 'release/notes.mjs')], { cwd: folder, encoding: 'utf8' });

  expect(notes).toBe(`### Added

- **Breaking:** A change that takes two lines.

  1. Look at the \`diff\`, which takes a minute:

     \`\`\`sh
     npx cdk diff
     npx cdk deploy
     \`\`\`

  2. Rename:

     | old | new |
     | --- | --- |
     | a   | b_c |

- Another, which **stands out**. See [the page][page].

[page]: https://example.com

### Fixed

- A fault.
`);
});

test.each(['The address of the repository', 'If a release stops halfway'])(
  'the page that a refusal names has the heading "%s"',
  (heading) => {
    expect(readText('docs/releasing.md')).toContain(`\n## ${heading}\n`);
  },
);

function writeCheckout(given: { version?: string; repository?: string; changelog?: string }): void {
  const { version = VERSION, repository = 'acme/shop', changelog = CHANGELOG } = given;
  const url = `git+https://github.com/${repository}.git`;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version, repository: { type: 'git', url } }));
  writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
}

function check(env: Readonly<Record<string, string>> = {}): { status: number | null; stdout: string; outputs: string } {
  const outputs = join(folder, 'outputs');
  writeFileSync(outputs, '');
  const { status, stdout } = spawnSync('node', [join(ROOT, 'release/check.mjs')], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      GITHUB_OUTPUT: outputs,
      GITHUB_REF_NAME: `v${VERSION}`,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_SERVER_URL: 'https://github.com',
      ...env,
    },
  });
  return { status, stdout, outputs: readFileSync(outputs, 'utf8') };
}

function git(...args: readonly string[]): void {
  execFileSync('git', args, { cwd: folder });
}

function commit(): void {
  git(
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@example.com',
    'commit',
    '--quiet',
    '--allow-empty',
    '--message',
    'A commit',
  );
}
