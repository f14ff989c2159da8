/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/hostile/on-lambda-node.ts',
  transform: { '^.+\\.(t|j)sx?$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
  // pretty-ms and parse-ms ship as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(pretty-ms|parse-ms)/)'],
  testTimeout: 20_000,
};
