import { expect, test } from '@jest/globals';
import { type CpuByProcess, subtractCpu } from '../../../../scripts/lab/bench/orders/cpu-by-part.ts';

/** Creates a reading of processes. */
function createReading(
  ...processes: readonly (readonly [pid: number, part: string, seconds: number])[]
): CpuByProcess {
  return new Map(processes.map(([pid, part, seconds]) => [pid, { part, seconds }]));
}

test('attributes to the server only the CPU that an ended backend used between the readings', () => {
  const before = createReading(
    [1, 'Postgres itself', 10],
    [2, 'Postgres for a', 5],
    [3, 'Postgres for a', 1],
  );
  // Process 2 ended after 5.5 s, which the server's time includes. Process 4 started.
  const after = createReading(
    [1, 'Postgres itself', 16],
    [3, 'Postgres for a', 2],
    [4, 'Postgres for a', 0.5],
  );
  expect(subtractCpu(before, after)).toEqual(
    new Map([
      ['Postgres itself', 1],
      ['Postgres for a', 1.5],
    ]),
  );
});
