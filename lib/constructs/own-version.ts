import { readFileSync } from 'node:fs';

/** The version of this package, which is found by its own name from the sources and from dist. */
export function readOwnVersion(): string {
  const { version } = JSON.parse(readFileSync(require.resolve('flightwatch/package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
