/**
 * The lines of an output that the runner of a CI system would obey: GitHub Actions, Azure Pipelines, TeamCity, GitLab.
 * More careful than they are: characters that nobody sees do not count.
 */
export function commandsIn(output: string): string[] {
  return output.split(/\r\n|[\r\n]/).filter((line) => {
    const seen = line.replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, '');
    return seen.trimStart().startsWith('::') || /##\w*\[/.test(seen) || /section_(start|end):/i.test(line);
  });
}
