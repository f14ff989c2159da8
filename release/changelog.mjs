/**
 * What CHANGELOG.md says of a version: the text where its date belongs, and its notes. Undefined if it has no such version.
 *
 * keep-a-changelog takes such a file apart into lists of changes; here the Markdown below one heading is wanted as it is.
 */
export function readRelease(changelog, version) {
  const start = `${version} - `;
  const section = changelog.split(/^## /m).find((text) => text.startsWith(start));
  if (section === undefined) return undefined;
  const [heading, ...lines] = section.split('\n');
  return { date: heading.slice(start.length).trim(), notes: lines.join('\n').trim() };
}
