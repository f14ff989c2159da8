/** @type {import('jest').Config} */
module.exports = {
  ...require('../jest.config.js'),
  rootDir: '..',
  roots: ['<rootDir>/outside'],
  globalSetup: '<rootDir>/outside/pack-once.ts',
  globalTeardown: '<rootDir>/outside/remove-packed.ts',
  testMatch: ['**/*.outside.ts'],
  // An installation waits for the registry.
  testTimeout: 300_000,
  verbose: true,
  maxWorkers: '100%',
};
