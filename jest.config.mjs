export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cluster/', '<rootDir>/test/containers/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.weft/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  // Half of the tests wait for another process most of the time: jest would leave a core to nobody.
  maxWorkers: '100%',
  // Only so that a test which hangs ends: a busy machine must not fail one.
  testTimeout: 180_000,
  testEnvironment: 'node',
};
