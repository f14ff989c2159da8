import { minVersion, Range, satisfies } from 'semver';
import { engines } from '../../package.json';
import { packages } from '../../package-lock.json';

type LockedPackage = { readonly engines?: { readonly node?: string } };

const LOWEST_OF_EACH_MAJOR = new Range(engines.node).set.map((range) => String(minVersion(range.join(' '))));

test.each(LOWEST_OF_EACH_MAJOR)('every dependency supports Node.js %s, so that npm prints no warning', (version) => {
  const unsupporting = Object.entries(packages as Record<string, LockedPackage>)
    .filter(([, { engines }]) => !satisfies(version, engines?.node ?? '*'))
    .map(([path, { engines }]) => `${path} needs ${engines?.node}`);

  expect(unsupporting).toEqual([]);
});
