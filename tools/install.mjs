// Installs the tools, unless those of the lock file are installed already. They are a package of their own, because only
// checks and releases need them: whoever runs the demo or the tests does not download them.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const STAMP = 'node_modules/.installed-lock.json';

process.chdir(import.meta.dirname);
if (!isCurrent()) install();

function isCurrent() {
  try {
    return readFileSync(STAMP).equals(readFileSync('package-lock.json'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return false;
  }
}

function install() {
  const { status } = spawnSync('npm ci --no-audit --no-fund', { stdio: 'inherit', shell: true });
  if (status === 0) writeFileSync(STAMP, readFileSync('package-lock.json'));
  else process.exitCode = 1;
}
