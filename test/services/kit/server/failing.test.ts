import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failing } from '../../../../services/kit/server/failing.ts';
import { Rehearsal } from '../../../../services/kit/server/rehearsal.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

test('of any hundred calls in a row, as many fail as the percentage says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.nat(200), (percent, before) => {
      const fail = failing(percent);
      for (let call = 0; call < before; call += 1) fail();
      const failed = Array.from({ length: 100 }, fail).filter(Boolean).length;
      expect(failed).toBe(percent);
    }),
  );
});

test('a server fails its share of the calls, and says why', async () => {
  const { address } = await world.serve(
    { getProduct: async () => ({ product: PRODUCT }) },
    { rehearsal: new Rehearsal({ failPercent: 50, delayMs: 0 }) },
  );
  const client = world.client([address]);
  const outcomes = [];
  for (let call = 0; call < 4; call += 1)
    outcomes.push(
      await client.getProduct({ id: 'a' }).then(
        () => 'served',
        ({ code }) => code,
      ),
    );
  expect(outcomes).toEqual(['served', 'failed-on-purpose', 'served', 'failed-on-purpose']);
});
