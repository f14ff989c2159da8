import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readText } from './markdown';

/** Texts by the paths of their files, from the root of the project. */
export type Texts = ReadonlyMap<string, string>;

/** Everything that a user reads, in the repository, in the package or as a message. */
const FILES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'action.yml'];
const FOLDERS = ['docs', 'examples', '.github', 'lib', 'bin', 'lambda'];

/** Has the command of an installed package, for messages that only an installed package prints. */
export const COMMANDS = 'lib/contract/own-command.ts';

export function readTexts(): Texts {
  const texts = [...FILES, ...FOLDERS.flatMap(filesIn)].filter((file) => /\.(md|svg|yml|json|ts|js|mjs)$/.test(file));
  return new Map(texts.map((file) => [file, readText(file)]));
}

/** Without what the commands of an example make, which git leaves out as well. */
function filesIn(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files
    .filter((file) => !/\/(node_modules|cdk\.out|build)\/|\/package-lock\.json$/.test(file))
    .map((file) => file.slice(ROOT.length + 1));
}

/** The newest version that has a date in the changelog. Undefined before the first release. */
export function releasedVersion(changelog: string): string | undefined {
  return /^## (\S+) - \d{4}-\d{2}-\d{2}$/m.exec(changelog)?.[1];
}

/**
 * What an example depends on: the tarball of the checkout or, after the first release, the newest version that is on npm.
 *
 * @param version that of the checkout
 */
export function dependencyOfExamples(version: string, released: string | undefined): string {
  return released === undefined ? `file:../../flightwatch-${version}.tgz` : `^${released}`;
}

/** What the README of an example says at least about how to run it. */
export function stepsToRun(example: string, version: string, released: string | undefined): readonly string[] {
  const steps = `\ncd examples/${example}\nnpm install\nnpx cdk synth --quiet\n`;
  if (released !== undefined) return [steps];
  return [`\nnpm ci && npm pack${steps}`, `npm install <checkout>/flightwatch-${version}.tgz`];
}

export interface WrongText {
  readonly file: string;
  readonly text: string;
}

/**
 * What the texts say that is not so: before the first release, that npm has the package; after it, that npm doesn't. The
 * texts are part of the tarball, so the commit that is released has those for afterwards.
 */
export function findWrongTexts(texts: Texts): WrongText[] {
  const isReleased = releasedVersion(texts.get('CHANGELOG.md') ?? '') !== undefined;
  const others = [...texts].filter(([file]) => file !== COMMANDS);
  return others.flatMap(([file, content]) => {
    const found = isReleased
      ? findOutdated(content)
      : findUnpublished(withoutComments(file, content), { isDependent: isDependent(file, texts) });
    return found.map((text) => ({ file, text }));
  });
}

/** Whether the file is one of an example that depends on the package. */
function isDependent(file: string, texts: Texts): boolean {
  const [, app] = /^(examples\/[\w-]+)\//.exec(file) ?? [];
  return /"flightwatch": "file:/.test(texts.get(`${app}/package.json`) ?? '');
}

/** Comments in the code are for maintainers. Those in workflows are for users, who copy them. */
export function withoutComments(file: string, text: string): string {
  return file.endsWith('.ts') ? text.replace(/^\s*(\/\/|\/?\*).*$/gm, '') : text;
}

/** A command that fetches the package from the registry: by its name, or with `npx` in a way that ignores what is installed. */
const FROM_REGISTRY =
  /\b(?:npm (?:i|install|add|exec|x)|npx|yarn (?:add|dlx)|pnpm (?:i|install|add|dlx)|bun add|bunx)(?: -\S+)* flightwatch(?:@[\w.-]+)?(?![\w./-])/g;

/** Runs what is installed, if anything is. */
const INSTALLED = 'npx flightwatch';

const INSTALLATION =
  /flightwatch-\d+\.\d+\.\d+\.tgz|has the package|package is installed|installed the tarball|in your own app\b|app with \[the construct\]/i;

/**
 * What a text tells a reader to type that does not exist before the first release. `npx flightwatch` stands only in an app
 * that depends on the package, or with an installation of it, or an app that has it, before it in the same text: elsewhere,
 * it runs whatever somebody else publishes under this name.
 */
export function findUnpublished(text: string, { isDependent = false } = {}): string[] {
  const commands = [...text.matchAll(FROM_REGISTRY)];
  const missing = commands.filter(({ 0: command, index }) => {
    const installed = isDependent || INSTALLATION.test(upToEndOfParagraph(text, index));
    return !(command === INSTALLED && installed);
  });
  return missing.map(([command]) => command);
}

function upToEndOfParagraph(text: string, index: number): string {
  const end = text.indexOf('\n\n', index);
  return end < 0 ? text : text.slice(0, end);
}

/** What a text says only until the first release. A line may break wherever there is a space. */
const UNTIL_PUBLISHED = new RegExp(
  [
    String.raw`flightwatch-\d+\.\d+\.\d+\.tgz`,
    'npm ci && npm pack|`npm pack`',
    String.raw`placeholder\W[^.]{0,60}\bpublished`,
    'not (yet )?(published )?on npm',
    'not (yet published|published yet)',
    '(Flightwatch|package|Action)( is|,)? not (yet )?published',
    '(until|before|once|when|as soon as) (Flightwatch|the (package|Action)) is published',
    'Flightwatch before it is published',
    'before[ -]the[ -]first[ -]release|before publication',
  ]
    .join('|')
    .replaceAll(' ', String.raw`\s+`),
  'gi',
);

/** What a text says that is wrong after the first release. */
export function findOutdated(text: string): string[] {
  return withoutCommentMarks(text).match(UNTIL_PUBLISHED) ?? [];
}

/** A sentence in a comment goes on behind the mark of the next line. */
function withoutCommentMarks(text: string): string {
  return text.replace(/^ *(\*|\/\/|#+) /gm, '');
}
