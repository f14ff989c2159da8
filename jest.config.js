const { availableParallelism } = require('node:os');

// Where tests that try many cases try many more of them.
const isCi = process.env.CI === 'true';

// Loaded once for all tests of a worker.
const SHARED = ['aws-cdk-lib', 'constructs'];

// Findings of these rules of the CDK are only printed, and take most of the time of a synthesis; in
// test/constructs/audit.test.ts they count.
process.env.CDK_VALIDATION = 'false';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  // Builds the project many times, also in parallel: in CI only.
  testPathIgnorePatterns: ['/node_modules/', ...(isCi ? [] : ['/test/build/build\\.test\\.ts$'])],
  globalSetup: '<rootDir>/test/hostile/on-lambda-node.ts',
  setupFiles: process.env.FLIGHTWATCH_SEED === undefined ? [] : ['<rootDir>/test/support/given-seed.ts'],
  // More than there are cores, since some tests wait for a process or a real time-out.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  transform: {
    [`/node_modules/(${SHARED.join('|')})/.+\\.js$`]: '<rootDir>/test/support/share-module.js',
    '^.+\\.(t|j)sx?$': ['@swc/jest', { jsc: { target: 'es2022' } }],
  },
  transformIgnorePatterns: [
    `/node_modules/(?!(${[
      ...SHARED,
      // These ship as ES modules only.
      ...['pretty-ms', 'parse-ms', 'matcher', '@octokit', 'universal-user-agent', 'content-type'],
      ...['terminal-link', 'supports-hyperlinks', 'supports-color', 'has-flag', 'ansi-escapes', 'environment'],
      ...['wrap-ansi', 'string-width', 'strip-ansi', 'ansi-styles', 'ansi-regex', 'get-east-asian-width'],
    ].join('|')})/)`,
  ],
  // Its package.json has no entry for `require`, which Jest looks for.
  moduleNameMapper: {
    '^@octokit/webhooks-methods$': '<rootDir>/node_modules/@octokit/webhooks-methods/dist-node/index.js',
    // The ES module of this one ends with .mjs, which no transform takes.
    '^d3-random$': '<rootDir>/node_modules/d3-random/dist/d3-random.js',
  },
  testTimeout: isCi ? 60_000 : 20_000,
};
