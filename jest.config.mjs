import { availableParallelism } from 'node:os';

const MINUTES = 60_000;

/**
 * The tiers of tests, chosen by WEFT_TEST_TIER. A test's limit only ends a test that hangs: no test fails because the
 * machine is busy.
 */
const TIERS = {
  /** Needs npm only. Half of these tests mostly wait for other processes, so there are more workers than cores. */
  unit: {
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    testPathIgnorePatterns: [
      '/node_modules/',
      '<rootDir>/test/(browser|cluster|containers|observability|soak)/',
    ],
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    testSequencer: '<rootDir>/test/slowest-first-sequencer.mjs',
    testTimeout: 3 * MINUTES,
  },
  /** Needs docker. These tests mostly wait for servers in containers. */
  containers: {
    testMatch: ['<rootDir>/test/containers/**/*.test.ts'],
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    testTimeout: 15 * MINUTES,
  },
  /** Needs Chromium. */
  browser: { testMatch: ['<rootDir>/test/browser/**/*.test.ts'], maxWorkers: 1, testTimeout: 10 * MINUTES },
  /** Needs a cluster, which its tests share. */
  cluster: { testMatch: ['<rootDir>/test/cluster/**/*.test.ts'], maxWorkers: 1, testTimeout: 15 * MINUTES },
  /** Needs a cluster with the observability stack. */
  observability: {
    testMatch: ['<rootDir>/test/observability/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 15 * MINUTES,
  },
  /** Needs a cluster, and about 50 minutes. */
  soak: { testMatch: ['<rootDir>/test/soak/**/*.test.ts'], maxWorkers: 1, testTimeout: 30 * MINUTES },
};

export default {
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
  testEnvironment: '<rootDir>/test/fast-globals-environment.ts',
  ...TIERS[process.env.WEFT_TEST_TIER ?? 'unit'],
};
