import { afterEach, describe, expect, test } from '@jest/globals';
import { CallLayer } from '../../../../services/kit/client/call-layer.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { eventually } from '../../../until.ts';
import { blockedCallees } from './blocked-callees.ts';

const { startBlockedCallee, client, serve, close } = blockedCallees();
afterEach(close);

describe('limits', () => {
  test('refuses requests above the limit at once, with the limit in the error', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], { limits: { requests: 2 } });
    const calls = [product.getProduct({ id: 'a' }), product.getProduct({ id: 'b' })];
    await expect(product.getProduct({ id: 'c' })).rejects.toThrow(
      'calls to product reached limits.requests of 2; retry later',
    );
    expect(decisions).toMatchObject([{ kind: 'limited', limit: 'requests' }]);
    await eventually(() => callee.waiting.length === 2);
    callee.release();
    await Promise.all(calls);
    const more = product.getProduct({ id: 'd' });
    await eventually(() => callee.waiting.length === 1);
    callee.release();
    await more;
  });

  test('limits calls that wait for a connection separately', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], { limits: { pendingRequests: 1 } });
    const first = product.getProduct({ id: 'a' });
    await expect(product.getProduct({ id: 'b' })).rejects.toMatchObject({ code: 'limit-reached' });
    expect(decisions).toMatchObject([{ kind: 'limited', limit: 'pendingRequests' }]);
    await eventually(() => callee.waiting.length === 1);
    // With a connection, no call is pending.
    const more = [product.getProduct({ id: 'c' }), product.getProduct({ id: 'd' })];
    await eventually(() => callee.waiting.length === 3);
    callee.release();
    await Promise.all([first, ...more]);
  });

  test('a call that fails without a connection no longer counts as pending', async () => {
    const { client: product } = client([], {
      limits: { pendingRequests: 1 },
    });
    const call = () => product.getProduct({ id: 'x' }, { timeoutMs: 20 });
    await expect(call()).rejects.not.toMatchObject({ code: 'limit-reached' });
    await expect(call()).rejects.not.toMatchObject({ code: 'limit-reached' });
  });

  test('a request that cannot be serialized fails, and no longer counts', async () => {
    const { client: product } = client([], { limits: { requests: 1 } });
    const request = {
      get id(): string {
        throw new RangeError('unwritable');
      },
    };
    for (let call = 0; call < 2; call++)
      await expect(product.getProduct(request)).rejects.toThrow('unwritable');
  });

  test('a stream counts as a request until its end', async () => {
    const { address } = await serve({
      async *watchStock(_, { signal }) {
        yield { productId: 'x', stock: 1, at: undefined };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    });
    const { client: product } = client([address], { limits: { requests: 1 } });
    for await (const _ of product.watchStock({ id: 'x' })) {
      await expect(product.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'limit-reached' });
      break;
    }
    await expect(product.getProduct({ id: 'x' })).rejects.not.toMatchObject({ code: 'limit-reached' });
  });
});

describe('breaker', () => {
  test('opens after failures, and closes after a successful probe', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], {
      breaker: { failurePercent: 50, minRequests: 3, window: '60s', openTime: '1ms' },
    });
    const call = async () => {
      let isOver = false;
      const requestCount = product.getProduct({ id: 'x' }).finally(() => {
        isOver = true;
      });
      requestCount.catch(() => {});
      await eventually(() => isOver || callee.waiting.length === 1);
      callee.release();
      return requestCount;
    };
    callee.state.isFailing = true;
    for (let failed = 0; failed < 3; failed++)
      await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
    expect(decisions).toEqual([{ kind: 'breaker', state: 'open' }]);
    callee.state.isFailing = false;
    await eventually(() =>
      call().then(
        () => true,
        () => false,
      ),
    );
    expect(decisions.filter(({ kind }) => kind === 'breaker').at(-1)).toEqual({
      kind: 'breaker',
      state: 'closed',
    });
  });
});

describe('faults', () => {
  test('an injected abort responds without a call to the callee', async () => {
    const callee = await startBlockedCallee();
    const { client: product } = client([callee.address], {
      fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } },
    });
    await expect(product.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(callee.state.requestCount).toBe(0);
  });

  test('an injected abort is retried', async () => {
    const { client: product, decisions } = client([], {
      fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } },
      retries: { max: 2, on: ['unavailable'], backOff: { base: '1ms', max: '1ms' } },
    });
    await expect(product.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(decisions.map(({ kind }) => kind)).toEqual(['fault', 'retried', 'fault', 'retried', 'fault']);
  });

  test('an injected delay ends at the deadline of the call', async () => {
    const callee = await startBlockedCallee();
    const { client: product } = client([callee.address], {
      timeout: '50ms',
      fault: { delay: { percent: 100, duration: '1h' } },
    });
    await expect(product.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(callee.state.requestCount).toBe(0);
  });
});

test('a changed policy applies to the next call', async () => {
  const live = new LivePolicy({ timeout: '60s' });
  const layer = new CallLayer(live, { callee: 'b', observe: () => {}, isConnected: () => true });
  expect(layer.timeoutMs).toBe(60_000);
  live.change({ timeout: '1s', limits: { requests: 1 } });
  expect(layer.timeoutMs).toBe(1_000);
  const method = { path: '/b/C', isIdempotent: true };
  const release = layer.admit(method);
  expect(() => layer.admit(method)).toThrow('calls to b reached limits.requests of 1');
  release();
  live.change({ timeout: '1s' });
  layer.admit(method)();
});
