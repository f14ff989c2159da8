/** @type {import('jest').Config} */
module.exports = {
  ...require('../jest.config.js'),
  rootDir: '..',
  roots: ['<rootDir>/e2e'],
  globalSetup: '<rootDir>/e2e/global-setup.ts',
  testMatch: ['**/*.e2e.ts'],
  testTimeout: 180_000,
  verbose: true,
  // Each file deploys a stack of its own, and the CDK's output folder and the API's port are shared.
  maxWorkers: 1,
};
