/** @type {import('jest').Config} */
module.exports = {
  ...require('../jest.config.js'),
  rootDir: '..',
  roots: ['<rootDir>/e2e'],
  globalSetup: '<rootDir>/e2e/global-setup.ts',
  testMatch: ['**/*.e2e.ts'],
  testTimeout: 180_000,
  verbose: true,
};
