/** A command that fetches the package from the registry: by its name, or with `npx` in a way that ignores what is installed. */
const FROM_REGISTRY =
  /\b(?:npm (?:i|install|add|exec|x)|npx|yarn (?:add|dlx)|pnpm (?:i|install|add|dlx)|bun add|bunx)(?: -\S+)* flightwatch(?:@[\w.-]+)?(?![\w./-])/g;

/** Runs what is installed, if anything is. */
const INSTALLED = 'npx flightwatch';

const INSTALLATION = /flightwatch-\d+\.\d+\.\d+\.tgz|has the package|package is installed/;

/** What a text says only until the first release. */
const UNTIL_PUBLISHED =
  /flightwatch-\d+\.\d+\.\d+\.tgz|placeholder\W[^.]{0,60}\bpublished|not\s+published\s+(?:on\s+npm\s+)?yet|package\s+is\s+not\s+published|^## Before the first release$/gm;

/**
 * What a text tells a reader to type that does not exist before the first release. `npx flightwatch` stands only in an app
 * that depends on the package, below an installation of the tarball in the same text, or in a paragraph about a project
 * that has the package: elsewhere, it runs whatever somebody else publishes under this name.
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

/** What a text says that is wrong after the first release. */
export function findOutdated(text: string): string[] {
  return text.match(UNTIL_PUBLISHED) ?? [];
}
