/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/hostile/on-lambda-node.ts',
  transform: { '^.+\\.(t|j)sx?$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
  // These ship as ES modules only.
  transformIgnorePatterns: [
    `/node_modules/(?!(${[
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
  testTimeout: 20_000,
};
