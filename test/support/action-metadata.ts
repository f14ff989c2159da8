import { readText } from './markdown';

/** `action.yml`, as far as it is read here: names and defaults of the inputs, and names of the outputs. */
export interface ActionMetadata {
  readonly inputs: ReadonlyMap<string, string | undefined>;
  readonly outputs: readonly string[];
}

/** @param yaml in the form in which this repository writes it: two spaces, one key a line */
export function readActionMetadata(yaml = readText('action.yml')): ActionMetadata {
  const inputs = sectionOf(yaml, 'inputs').map(([name, body]): [string, string | undefined] => [
    name,
    /^ {4}default: '(.*)'$/m.exec(body)?.[1],
  ]);
  return { inputs: new Map(inputs), outputs: sectionOf(yaml, 'outputs').map(([name]) => name) };
}

/** The keys of a section, each with the lines below it. */
function sectionOf(yaml: string, section: string): [name: string, body: string][] {
  const [, text = ''] = new RegExp(`^${section}:\n((?:(?: .*)?\n)+)`, 'm').exec(yaml) ?? [];
  return [...text.matchAll(/^ {2}([a-z-]+):\n((?: {4}.*\n)*)/gm)].map(([, name = '', body = '']) => [name, body]);
}
