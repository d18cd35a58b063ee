// Plain JavaScript: the types of this package describe its CommonJS form alone.
import TestSequencer from '@jest/test-sequencer';

/** Test files that take 20 s or more, the slowest first. */
const SLOW_FILES = [
  'test/shop/order.test.ts',
  'test/scripts/lab/conformance/probes.test.ts',
  'test/services/kit/events/postgres-guarantees.test.ts',
  'test/services/kit/discovery/registries.test.ts',
  'test/docs/a-service-of-your-own.test.ts',
  'test/services/kit/events/broker-away.test.ts',
  'test/model/saga.test.ts',
];

/**
 * Starts the slowest test files first, so that no worker runs one alone at the end. Jest knows how long a file took only
 * where it ran before, and otherwise starts the largest files first.
 */
export default class SlowestFirstSequencer extends TestSequencer {
  sort(tests) {
    const rank = (path) => {
      const index = SLOW_FILES.findIndex((file) => path.endsWith(`/${file}`));
      return index < 0 ? SLOW_FILES.length : index;
    };
    return super.sort(tests).toSorted((one, other) => rank(one.path) - rank(other.path));
  }
}
