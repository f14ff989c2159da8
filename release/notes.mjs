// Prints the notes of this version, for its release on GitHub.
import { readFileSync } from 'node:fs';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { readRelease } from './changelog.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const { notes } = readRelease(readFileSync('CHANGELOG.md', 'utf8'), version);
const markdown = remark()
  .use(remarkGfm)
  .use(() => joinLines)
  .data('settings', { bullet: '-' });
process.stdout.write(markdown.processSync(notes).toString());

/** GitHub shows every line break in the notes of a release. */
function joinLines(node) {
  if (node.type === 'text') node.value = node.value.replaceAll('\n', ' ');
  for (const child of node.children ?? []) joinLines(child);
}
