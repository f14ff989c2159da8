import { name, version } from '../package.json';
import type { OutsideFolder } from './outside-folder';

/**
 * Nobody is logged in here. And a checkout goes on having the version that was released, until the next change sets another:
 * from npm 11 on, a dry run asks the registry, and refuses a version that is there.
 */
const ACCEPTED = [
  /^npm warn publish This command requires you to be logged in to /,
  new RegExp(`^npm error You cannot publish over the previously published versions: ${version}\\.$`),
  /^npm error A complete log of this run can be found in: /,
];

/**
 * What npm objects to if this tarball were published. What npm would correct in package.json is a warning, and counts.
 *
 * @param options for npm, such as another registry
 */
export async function objectionsToPublishing(tarball: string, folder: OutsideFolder, options = ''): Promise<string[]> {
  const command = `npm publish --dry-run --access public ${options} "${tarball}" 2>&1`;
  // With an objection, its exit status is 1.
  const lines = (await folder.run(`${command} || [ $? -eq 1 ]`)).split('\n');
  const remarks = lines.filter((line) => /^npm (warn|error) /.test(line));
  const isDecided = lines.includes(`+ ${name}@${version}`) || remarks.some((line) => line.startsWith('npm error'));
  const objections = remarks.filter((line) => !ACCEPTED.some((pattern) => pattern.test(line)));
  return isDecided ? objections : [...objections, `npm does not say that it would publish ${name}@${version}`];
}
