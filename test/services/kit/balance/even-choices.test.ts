import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leastRequest } from '../../../../services/kit/balance/least-request.ts';
import { randomPick, roundRobin } from '../../../../services/kit/balance/round-robin.ts';
import { countPicks, createEndpoints } from './endpoints.ts';

const count = fc.integer({ min: 1, max: 20 });

test('round robin picks each endpoint equally often, wherever it starts', () => {
  fc.assert(
    fc.property(count, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (size, start) => {
      const pick = roundRobin(createEndpoints(size), () => start);
      const counts = countPicks(Array.from({ length: size * 3 }, () => pick(0, 0)));
      expect([...counts.values()]).toEqual(Array.from({ length: size }, () => 3));
    }),
  );
});

test('random balancing picks each endpoint about equally often', () => {
  const pick = randomPick(createEndpoints(4));
  const counts = countPicks(Array.from({ length: 40_000 }, () => pick(0, 0)));
  expect(counts.size).toBe(4);
  // Five standard deviations of a binomial distribution.
  for (const times of counts.values()) expect(Math.abs(times - 10_000)).toBeLessThan(5 * 87);
});

test('least request picks the endpoint with the fewest requests among those it draws', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 10 }),
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 2, maxLength: 8 }),
      (active, draws) => {
        const endpoints = createEndpoints(active.length);
        endpoints.forEach((endpoint, index) => {
          endpoint.activeRequests = active[index] ?? 0;
        });
        let drawCount = 0;
        const picked = leastRequest(endpoints, draws.length, () => draws[drawCount++] ?? 0)(0, 0);
        const candidates = draws.map((draw) => active[Math.floor(draw * active.length)] ?? 0);
        expect(picked.activeRequests).toBe(Math.min(...candidates));
      },
    ),
  );
});
