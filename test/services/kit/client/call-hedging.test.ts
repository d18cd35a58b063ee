import { afterEach, describe, expect, test } from '@jest/globals';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT } from '../product-server.ts';
import { blockedCallees } from './blocked-callees.ts';

const { startBlockedCallee, client, serve, close } = blockedCallees();
afterEach(close);

describe('hedging', () => {
  test('sends a second attempt to another endpoint, and takes the first response', async () => {
    const callees = await Promise.all([startBlockedCallee(), startBlockedCallee()]);
    const addresses = callees.map(({ address }) => address);
    const { client: product, decisions } = client(addresses, { hedging: { maxAttempts: 2, delay: '1ms' } });
    // Wait until both are connected.
    await eventually(async () => {
      const requestCount = product.getProduct({ id: 'x' });
      const freed = setInterval(() => callees.map(({ release }) => release()), 1);
      await requestCount;
      clearInterval(freed);
      return callees.every(({ state }) => state.requestCount > 0);
    });
    for (const { state } of callees) state.requestCount = 0;
    decisions.length = 0;
    const call = product.getProduct({ id: 'x' });
    await eventually(() => callees.every(({ state }) => state.requestCount === 1));
    callees[1]?.release();
    expect((await call).product).toEqual(PRODUCT);
    expect(decisions).toMatchObject([{ kind: 'hedged', attempt: 1 }]);
    await eventually(() => callees.every(({ state }) => state.open === 0));
  });

  test('never hedges to the same endpoint', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], {
      hedging: { maxAttempts: 3, delay: '1ms' },
    });
    const call = product.getProduct({ id: 'x' });
    await eventually(() => decisions.length === 2 && callee.waiting.length > 0);
    callee.release();
    await call;
    expect(callee.state.requestCount).toBe(1);
  });

  test('sends the next attempt at once after a failure', async () => {
    const callees = await Promise.all([startBlockedCallee(), startBlockedCallee()]);
    for (const { state } of callees) state.isFailing = true;
    const addresses = callees.map(({ address }) => address);
    const { client: product } = client(addresses, {
      timeout: '2h',
      hedging: { maxAttempts: 2, delay: '1h' },
    });
    const call = product.getProduct({ id: 'x' });
    call.catch(() => {});
    await eventually(() => {
      for (const one of callees) one.release();
      return callees.every(({ state }) => state.requestCount === 1);
    });
    for (const one of callees) one.release();
    await expect(call).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('does not exceed its retry budget', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], {
      hedging: { maxAttempts: 3, delay: '1ms', budget: { percent: 0, minConcurrency: 0 } },
    });
    const call = product.getProduct({ id: 'x' });
    await eventually(() => decisions.length > 0 && callee.waiting.length > 0);
    expect(decisions[0]).toEqual(expect.objectContaining({ kind: 'not-retried', reason: 'budget' }));
    callee.release();
    await call;
    expect(callee.state.requestCount).toBe(1);
  });

  test('does not hedge a method that is not idempotent', async () => {
    let requestCount = 0;
    const { address } = await serve({
      createProduct: async () => {
        requestCount++;
        throw serviceError('unavailable');
      },
    });
    const { client: product } = client([address], { hedging: { maxAttempts: 3, delay: '0ms' } });
    await expect(product.createProduct({ product: undefined })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(requestCount).toBe(1);
  });
});
