import { minVersion } from 'semver';
import { peerDependencies } from '../package.json';
import { describeApps } from './apps';

/** The lowest version in the range of a peer dependency. */
function lowest(range: string): string {
  return String(minVersion(range));
}

describe('with the oldest aws-cdk-lib and constructs that are supported', () => {
  describeApps({
    'aws-cdk-lib': lowest(peerDependencies['aws-cdk-lib']),
    constructs: lowest(peerDependencies.constructs),
  });
});
