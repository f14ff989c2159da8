import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../test/support/markdown';
import { run } from './outside-folder';

/** Makes the package that is published. @returns the tarball */
export async function pack(folder: string): Promise<string> {
  await run(`npm pack --pack-destination "${folder}"`, { folder: ROOT });
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  return join(folder, file);
}
