import base from './jest.config.mjs';

/** The tests that need kubectl, istioctl and a cluster. */
export default {
  ...base,
  // They share the cluster.
  maxWorkers: 1,
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // Only so that a test which hangs ends: pods come up slowly on a busy machine.
  testTimeout: 15 * 60_000,
};
