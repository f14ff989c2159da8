import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from './pack';
import { TARBALL_VARIABLE } from './tarball';

/** All suites are about the same tarball. */
export default async function packOnce(): Promise<void> {
  process.env[TARBALL_VARIABLE] = await pack(mkdtempSync(join(tmpdir(), 'flightwatch-packed-')));
}
