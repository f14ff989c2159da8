// The package `node` links its program to node_modules/node/bin and leaves the package that it comes from behind: 67 MB
// of headers that nothing here compiles against.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../node_modules/node');
if (existsSync(join(folder, 'bin'))) rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
