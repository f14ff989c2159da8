import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { minVersion } from 'semver';
import { peerDependencies } from '../package.json';
import { OutsideFolder } from './outside-folder';
import { packedTarball } from './tarball';
import { synthesizeEveryOption } from './templates';

const folder = new OutsideFolder();

beforeAll(() => cpSync(join(__dirname, 'fixtures', 'every-option.ts'), join(folder.path, 'every-option.mts')));

afterAll(() => folder.remove());

// Versions that acknowledge findings in ways of their own: not at all, and not those of wildcards.
test.each(['2.251.0', '2.268.0'])('every option can be synthesised with aws-cdk-lib %s', async (version) => {
  const constructs = `constructs@${minVersion(peerDependencies.constructs)}`;
  await folder.install(packedTarball(), `aws-cdk-lib@${version}`, constructs);

  expect(Object.keys(await synthesizeEveryOption(folder))).toHaveLength(4);
});
