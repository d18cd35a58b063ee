import { expect, test } from '@jest/globals';
import { type CpuByProcess, cpuBetween } from '../../../../scripts/lab/bench/orders/cpu-by-part.ts';

/** Processes as they are seen: number, part, and seconds of CPU so far. */
function look(
  ...processes: readonly (readonly [pid: number, part: string, seconds: number])[]
): CpuByProcess {
  return new Map(processes.map(([pid, part, seconds]) => [pid, { part, seconds }]));
}

test('a connection that ends in between is counted by the server for what it did in between alone', () => {
  const before = look([1, 'Postgres itself', 10], [2, 'Postgres for a', 5], [3, 'Postgres for a', 1]);
  // 2 ended with 5.5 seconds, which the server counts whole; 4 began.
  const after = look([1, 'Postgres itself', 16], [3, 'Postgres for a', 2], [4, 'Postgres for a', 0.5]);
  expect(cpuBetween(before, after)).toEqual(
    new Map([
      ['Postgres itself', 1],
      ['Postgres for a', 1.5],
    ]),
  );
});
