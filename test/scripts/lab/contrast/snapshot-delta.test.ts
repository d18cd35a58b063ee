import { describe, expect, test } from '@jest/globals';
import type { ReplicaCounters, TestbedSnapshot } from '../../../../scripts/lab/contrast/snapshot.ts';
import { costOf, subtractSnapshots } from '../../../../scripts/lab/contrast/snapshot-delta.ts';

const counters = (name: string, process: string, requests: ReplicaCounters['requests']): ReplicaCounters => ({
  service: name.replace(/-\d$/, ''),
  name,
  process,
  requests,
  decisions: {},
});
const snapshot = (...all: readonly ReplicaCounters[]): TestbedSnapshot => ({
  counters: all,
  application: [],
  proxies: [],
});

describe('the delta of two snapshots', () => {
  test('has requests by replica and by service', () => {
    const { requests, services } = subtractSnapshots(
      snapshot(counters('product-1', 'a', { Get: 5 }), counters('product-2', 'b', {})),
      snapshot(counters('product-1', 'a', { Get: 7 }), counters('product-2', 'b', { Get: 4 })),
    );
    expect(requests.get('product-2')).toEqual({ Get: 4 });
    expect(services.get('product')).toEqual({ Get: 6 });
  });

  test('omits a service with a process that ended between the snapshots', () => {
    const { requests, services } = subtractSnapshots(
      snapshot(counters('product-1', 'a', { Get: 5 }), counters('order-1', 'c', { Place: 1 })),
      snapshot(counters('product-1', 'b', { Get: 2 }), counters('order-1', 'c', { Place: 2 })),
    );
    expect(requests.get('product-1')).toEqual({ Get: 2 });
    expect([...services]).toEqual([['order', { Place: 1 }]]);
  });

  test('has the CPU of each process since it started or since the first snapshot', () => {
    const usage = (process: string, cpuMs: number) => ({ process, cpuMs, memoryMiB: 10 });
    expect(costOf([usage('a', 100), usage('ended', 500)], [usage('a', 150), usage('new', 30)], 40)).toEqual({
      cpuMsPer1000Requests: 2_000,
      memoryMiB: 20,
    });
  });
});
