/** Characters that nobody sees, and that a runner may skip; not line breaks, which end a command. */
const UNSEEN = String.raw`[[\p{C}\p{Default_Ignorable_Code_Point}]--[\r\n]]*`;
const WORD = String.raw`[[\w\p{C}\p{Default_Ignorable_Code_Point}]--[\r\n]]*`;
const BLANK = String.raw`[[\s\p{C}\p{Default_Ignorable_Code_Point}]--[\r\n]]*`;

/** `##[command]` of GitHub Actions, `##vso[...]` of Azure Pipelines, `##teamcity[...]`: anywhere in a line. */
const HASHES = new RegExp(String.raw`#(${UNSEEN})#(?=${WORD}\[)`, 'gv');
/** `::command::` of GitHub Actions: the first in a line. */
const COLONS = new RegExp(String.raw`(?<![^\r\n])(${BLANK}):(${UNSEEN}):`, 'gv');
/** `section_start:` and `section_end:` of GitLab. */
const SECTION = /section_(start|end):/gi;

/** A text in which no runner of a CI system finds a command: a space is put into what would begin one. */
export function defuseCommands(text: string): string {
  return text.replace(HASHES, '# $1#').replace(COLONS, '$1: $2:').replace(SECTION, 'section_$1 :');
}

/** The same for JSON, whose value stays as it is. A line of JSON never begins with a colon. */
export function defuseJson(json: string): string {
  return json.replace(HASHES, String.raw`#$1\u0023`).replace(SECTION, String.raw`section_$1\u003a`);
}

/** The one command that Flightwatch gives to a runner. Source: GitHub docs, Workflow commands. */
export function errorAnnotation(title: string, message: string): string {
  return `::error title=${escapeProperty(defuseCommands(title))}::${escapeData(defuseCommands(message))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
