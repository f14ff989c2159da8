import { peerDependencies } from '../package.json';
import { describeApps } from './apps';

describe('with the newest aws-cdk-lib and constructs that are supported', () => {
  describeApps(peerDependencies);
});
