import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { packedTarball } from './tarball';

export default function removePacked(): void {
  rmSync(dirname(packedTarball()), { recursive: true });
}
