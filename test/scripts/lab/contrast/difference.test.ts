import { describe, expect, test } from '@jest/globals';
import { costOf, differenceOf } from '../../../../scripts/lab/contrast/difference.ts';
import type { Counted, Reading } from '../../../../scripts/lab/contrast/stage.ts';

const counted = (name: string, process: string, requests: Counted['requests']): Counted => ({
  service: name.replace(/-\d$/, ''),
  name,
  process,
  requests,
  decisions: {},
});
const reading = (...all: readonly Counted[]): Reading => ({ counted: all, application: [], proxies: [] });

describe('what processes counted meanwhile', () => {
  test('is told by process and by service', () => {
    const { requests, services } = differenceOf(
      reading(counted('product-1', 'a', { Get: 5 }), counted('product-2', 'b', {})),
      reading(counted('product-1', 'a', { Get: 7 }), counted('product-2', 'b', { Get: 4 })),
    );
    expect(requests.get('product-2')).toEqual({ Get: 4 });
    expect(services.get('product')).toEqual({ Get: 6 });
  });

  test('is not told of a service that lost a process, with what that had counted', () => {
    const { requests, services } = differenceOf(
      reading(counted('product-1', 'a', { Get: 5 }), counted('order-1', 'c', { Place: 1 })),
      reading(counted('product-1', 'b', { Get: 2 }), counted('order-1', 'c', { Place: 2 })),
    );
    expect(requests.get('product-1')).toEqual({ Get: 2 });
    expect([...services]).toEqual([['order', { Place: 1 }]]);
  });

  test('is the CPU of each process since it started, or since then', () => {
    const used = (process: string, cpuMs: number) => ({ process, cpuMs, memoryMiB: 10 });
    expect(costOf([used('a', 100), used('gone', 500)], [used('a', 150), used('new', 30)], 40)).toEqual({
      cpuMsPer1000: 2_000,
      memoryMiB: 20,
    });
  });
});
