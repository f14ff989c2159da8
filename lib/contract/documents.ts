import { repository } from '../../package.json';

/**
 * The branch `main`, not the tag of this version: the tag does not exist in a checkout that is ahead of its release, and
 * an address with a version would change every alarm with every upgrade. So headings that are named keep their names.
 */
const FILES = `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main`;

/**
 * The address of a heading, which also those can open who have only the package.
 *
 * @param file from the root of the repository
 */
export function addressOf(file: string, heading: string): string {
  return `${FILES}/${file}#${heading.toLowerCase().replaceAll(' ', '-')}`;
}
