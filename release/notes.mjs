// Prints the notes of this version, for its release on GitHub.
import { readFileSync } from 'node:fs';
import { readRelease } from './changelog.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
console.log(readRelease(readFileSync('CHANGELOG.md', 'utf8'), version).notes);
