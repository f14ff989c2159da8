// Publishes a tarball on npm, unless it is there already: a release that stopped halfway can be run again.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [tarball] = process.argv.slice(2);
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
const id = `${name}@${version}`;

const given = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
const published = await readIntegrity();
if (published === undefined) publish();
else if (published === given) console.log(`${id} is on npm already, and is this tarball. Nothing to publish.`);
else fail(`${id} is on npm with the integrity ${published}, but this tarball has ${given}. Release a new version.`);

/** Undefined if the version is not published. */
async function readIntegrity() {
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const address = new URL(`${name}/${version}`, registry);
  const response = await fetch(address);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`GET ${address}: ${response.status} ${response.statusText}`);
  const { dist } = await response.json();
  return dist.integrity;
}

/** The scripts of the package have run when it was packed. Here, with the right to publish, nothing else runs. */
function publish() {
  execFileSync('npm', ['publish', resolve(tarball), '--access', 'public', '--ignore-scripts'], { stdio: 'inherit' });
}

function fail(message) {
  console.log(`::error::${message}`);
  process.exitCode = 1;
}
