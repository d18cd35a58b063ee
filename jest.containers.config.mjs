import base from './jest.config.mjs';

/** The tests that need docker, and no cluster. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/containers/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // They wait most of the time, for a server in a container to start or to give up on a peer.
  maxWorkers: 2,
  // Only so that a test which hangs ends.
  testTimeout: 15 * 60_000,
};
