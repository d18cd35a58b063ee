import { afterEach, expect, test } from '@jest/globals';
import type { Admission as Rules } from '../../../../../mesh/policy/admission.ts';
import { AdmissionControl } from '../../../../../services/kit/server/admission/admission-control.ts';
import { eventually } from '../../../../until.ts';
import { PRODUCT, productWorld } from '../../product-server.ts';

const world = productWorld();
afterEach(world.close);

async function serve(admission: Rules) {
  const waitingCalls: (() => void)[] = [];
  const state = { holds: false };
  const { address } = await world.serve(
    {
      getProduct: async () => {
        if (state.holds) await new Promise<void>((resolve) => waitingCalls.push(resolve));
        return { product: PRODUCT };
      },
    },
    { admission },
  );
  const client = (caller: string) => world.client([address], { caller });
  return { client, state, waitingCalls };
}

test('a caller above its rate receives a retry delay, and other callers are admitted', async () => {
  const { client } = await serve({ rates: { greedy: { perSecond: 0.01, burst: 2 } } });
  const greedy = client('greedy');
  for (let call = 0; call < 2; call++) await greedy.getProduct({ id: 'x' });
  await expect(greedy.getProduct({ id: 'x' })).rejects.toMatchObject({
    code: 'too-many-requests',
    metadata: { caller: 'greedy' },
    retryAfterMs: expect.closeTo(100_000, -4) as unknown,
  });
  for (let call = 0; call < 5; call++) await client('order').getProduct({ id: 'x' });
});

test('the rate of * applies to each other caller separately', async () => {
  const { client } = await serve({ rates: { '*': { perSecond: 0.01, burst: 1 } } });
  const [one, other] = [client('one'), client('other')];
  await one.getProduct({ id: 'x' });
  await other.getProduct({ id: 'x' });
  await expect(one.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'too-many-requests' });
});

test('requests above the limit are rejected while others are in flight', async () => {
  const { client, state, waitingCalls } = await serve({ concurrency: { minLimit: 2, maxLimit: 2 } });
  const order = client('order');
  state.holds = true;
  const calls = [order.getProduct({ id: 'x' }), order.getProduct({ id: 'x' })];
  await eventually(() => waitingCalls.length === 2);
  await expect(order.getProduct({ id: 'x' })).rejects.toMatchObject({
    code: 'overloaded',
    metadata: { limit: 'admission.concurrency', max: '2' },
  });
  state.holds = false;
  for (const one of waitingCalls) one();
  await Promise.all(calls);
  await order.getProduct({ id: 'x' });
});

test('callers of low priority are rejected first', () => {
  const admission = new AdmissionControl(
    { concurrency: { minLimit: 4, maxLimit: 4, lowPriority: ['reports'] } },
    () => 0,
  );
  for (let request = 0; request < 3; request++) admission.admit('reports', false);
  expect(() => admission.admit('reports', false)).toThrow(
    'the maximum number of concurrent requests is reached',
  );
  admission.admit('order', false);
  expect(() => admission.admit('order', false)).toThrow(
    'the maximum number of concurrent requests is reached',
  );
  // A stream counts for rates alone.
  admission.admit('order', true);
});
