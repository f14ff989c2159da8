import { dependencyOfExamples, findOutdated, type Texts } from './publication';

/**
 * The texts with the replacements that docs/releasing.md lists for the first release. A person writes better sentences;
 * here, each sentence that is wrong then goes.
 */
export function publishFirst(texts: Texts, version: string): Texts {
  return new Map([...texts].map(([file, text]) => [file, replaceIn(file, text, version)]));
}

function replaceIn(file: string, text: string, version: string): string {
  if (file === 'docs/releasing.md') return withoutWrongSentences(withoutSection(text, 'Before the first release'));
  if (file.endsWith('.json')) {
    return text.replace(dependencyOfExamples(version, undefined), dependencyOfExamples(version, version));
  }
  if (file.endsWith('.yml')) return text.replaceAll(/^ *# A placeholder: .*\n/gm, '');
  return withoutWrongSentences(installByName(text));
}

function installByName(text: string): string {
  return text.replaceAll(/^npm install \S+\.tgz$/gm, 'npm install flightwatch').replaceAll('npm ci && npm pack\n', '');
}

function withoutSection(markdown: string, heading: string): string {
  const [start = '', ...sections] = markdown.split(/^(?=## )/m);
  return [start, ...sections.filter((section) => !section.startsWith(`## ${heading}\n`))].join('');
}

/** Headings, items of lists, rows of tables and comments end a sentence as well. */
function withoutWrongSentences(markdown: string): string {
  const sentences = markdown.split(/(?<=[.:]\s)|(?=\n(?:\n| *[-|#]| *\d+\.))/);
  return sentences.map((text) => (findOutdated(text).length === 0 ? text : (/^\s*/.exec(text)?.[0] ?? ''))).join('');
}
