// Decides whether this commit may be released under the tag that was pushed, and prints every reason why not. Gives the
// jobs after it the version, and the Action's major tag, such as v0.
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { readRelease } from './changelog.mjs';

const { GITHUB_OUTPUT, GITHUB_REF_NAME, GITHUB_REPOSITORY, GITHUB_SERVER_URL } = process.env;
const { version, repository } = JSON.parse(readFileSync('package.json', 'utf8'));

const problems = [checkVersion(), checkTag(), checkChangelog(), checkRepository(), checkBranch()].flat();
for (const problem of problems) console.log(`::error::${problem}`);
if (problems.length > 0) {
  console.log(
    `Delete the tag before the next try: git tag -d ${GITHUB_REF_NAME} && git push --delete origin ${GITHUB_REF_NAME}`,
  );
  process.exitCode = 1;
} else appendFileSync(GITHUB_OUTPUT, `version=${version}\nmajor=v${version.split('.')[0]}\n`);

function checkVersion() {
  if (/^\d+\.\d+\.\d+$/.test(version)) return [];
  return `package.json has the version ${version}. Expected three numbers, such as 1.2.0: pre-releases are not published.`;
}

function checkTag() {
  if (GITHUB_REF_NAME === `v${version}`) return [];
  return `The tag is ${GITHUB_REF_NAME}, but the version in package.json is ${version}. Push v${version}, or change the version first.`;
}

function checkChangelog() {
  const { date, notes } = readRelease(readFileSync('CHANGELOG.md', 'utf8'), version) ?? {};
  if (date === undefined)
    return `CHANGELOG.md has no heading "## ${version} - " with a date. Add it, with what is new.`;
  if (!isDate(date))
    return `CHANGELOG.md dates ${version} "${date}". Expected the day of the release, such as 2027-01-31.`;
  return notes === '' ? `CHANGELOG.md says nothing below the heading of ${version}. Add what is new.` : [];
}

function isDate(text) {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** npm compares the two as well, letter by letter, but only when everything else is done. */
function checkRepository() {
  const expected = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;
  if (repository.url === expected) return [];
  const difference = repository.url.toLowerCase() === expected.toLowerCase() ? ', with other capital letters' : '';
  return `package.json names the repository ${repository.url}, but this is ${expected}${difference}. npm accepts provenance only from the repository that package.json names: see "The address of the repository" in docs/releasing.md.`;
}

function checkBranch() {
  const { status } = spawnSync('git', ['merge-base', '--is-ancestor', 'HEAD', 'origin/main'], { stdio: 'inherit' });
  if (status === 0) return [];
  return 'The tagged commit is not on main. Merge it, and tag the commit on main.';
}
