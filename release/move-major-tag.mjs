// Moves the Action's major tag, such as v0, to the commit of this release, but never back: the job of an earlier release
// may run again.
import { execFileSync, spawnSync } from 'node:child_process';

const [tag] = process.argv.slice(2);
const ref = `refs/tags/${tag}`;

git('fetch', '--quiet', '--force', 'origin', 'refs/tags/*:refs/tags/*');
const release = git('rev-parse', 'HEAD');
const present = resolve(ref);

if (present === undefined || isAncestor(present, release)) push();
else if (isAncestor(release, present)) console.log(`${tag} stays at the newer commit ${present}.`);
else fail(`${tag} is at ${present}, which is not an earlier commit than ${release}. To move it all the same`);

function push() {
  const { status } = spawnSync('git', ['push', '--quiet', '--force', 'origin', `${release}:${ref}`], {
    stdio: 'inherit',
  });
  if (status !== 0) fail('GitHub refuses to move the tag for the workflow. Somebody who may push to main can do it');
}

function resolve(name) {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--quiet', '--verify', `${name}^{commit}`]);
  return status === 0 ? String(stdout).trim() : undefined;
}

function isAncestor(earlier, later) {
  return spawnSync('git', ['merge-base', '--is-ancestor', earlier, later]).status === 0;
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

function fail(message) {
  console.log(
    `::error::${message}: git push --force origin ${release}:${ref} (see "If a release stops halfway" in docs/releasing.md)`,
  );
  process.exitCode = 1;
}
