import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leastRequest } from '../../../../services/kit/balance/least-request.ts';
import { randomPick, roundRobin } from '../../../../services/kit/balance/round-robin.ts';
import { counts, hosts } from './endpoints.ts';

const count = fc.integer({ min: 1, max: 20 });

test('round robin gives each host the same number of turns, wherever it begins', () => {
  fc.assert(
    fc.property(count, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (size, start) => {
      const pick = roundRobin(hosts(size), () => start);
      const found = counts(Array.from({ length: size * 3 }, () => pick(0, 0)));
      expect([...found.values()]).toEqual(Array.from({ length: size }, () => 3));
    }),
  );
});

test('random balancing gives each host about the same', () => {
  const pick = randomPick(hosts(4));
  const found = counts(Array.from({ length: 40_000 }, () => pick(0, 0)));
  expect(found.size).toBe(4);
  // Five standard deviations of a binomial distribution.
  for (const times of found.values()) expect(Math.abs(times - 10_000)).toBeLessThan(5 * 87);
});

test('least request takes the least busy of those it draws', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 10 }),
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 2, maxLength: 8 }),
      (active, draws) => {
        const some = hosts(active.length);
        some.forEach((host, index) => {
          host.activeRequests = active[index] ?? 0;
        });
        let drawn = 0;
        const picked = leastRequest(some, draws.length, () => draws[drawn++] ?? 0)(0, 0);
        const candidates = draws.map((draw) => active[Math.floor(draw * active.length)] ?? 0);
        expect(picked.activeRequests).toBe(Math.min(...candidates));
      },
    ),
  );
});
