import { dirname, join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/** The bundle of a function, made by `npm run build` and shipped in the package. */
export function functionCode(name: string): Code {
  // By the package's own name: the same from the sources and from dist.
  const root = dirname(require.resolve('flightwatch/package.json'));
  return Code.fromAsset(join(root, 'dist', 'lambda', name));
}
