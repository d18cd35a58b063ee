import { afterEach, expect, test } from '@jest/globals';
import { context as active } from '@opentelemetry/api';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import type { CallContext } from '../../../../services/kit/grpc/handlers.ts';
import {
  contextOf,
  installPropagation,
  traceparentOf,
} from '../../../../services/kit/telemetry/propagation.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

const parent = (more: Partial<CallContext>) => ({
  signal: new AbortController().signal,
  deadline: Number.POSITIVE_INFINITY,
  requestId: 'request-1',
  canary: '',
  ...more,
});

async function measureRemaining(
  timeout: '1h' | 'none',
  options: { parentMs?: number; timeoutMs?: number },
): Promise<number> {
  const received: number[] = [];
  const { address } = await world.serve({
    getProduct: async (_, { deadline }) => {
      received.push(deadline);
      return { product: PRODUCT };
    },
  });
  const { parentMs, timeoutMs } = options;
  await world.client([address], { policy: { timeout } }).getProduct(
    { id: 'x' },
    {
      ...(parentMs && { context: parent({ deadline: Date.now() + parentMs }) }),
      ...(timeoutMs && { timeoutMs }),
    },
  );
  return (received[0] ?? 0) - Date.now();
}

const HOUR = 3_600_000;

test.each([
  ['the policy', '1h', {}, HOUR],
  ['the parent', '1h', { parentMs: HOUR / 2 }, HOUR / 2],
  ['the policy before the parent', '1h', { parentMs: HOUR * 2 }, HOUR],
  ['the call', '1h', { parentMs: HOUR, timeoutMs: HOUR / 4 }, HOUR / 4],
  ['nothing', 'none', {}, Number.POSITIVE_INFINITY],
] as const)('the deadline at the callee comes from %s', async (_, timeout, options, expected) => {
  const remainingMs = await measureRemaining(timeout, options);
  if (expected === Number.POSITIVE_INFINITY) return expect(remainingMs).toBe(expected);
  // A minute of tolerance for a slow machine; the cases differ by far more.
  expect(Math.abs(remainingMs - expected)).toBeLessThan(60_000);
});

test('a call whose deadline has passed is never sent', async () => {
  let calls = 0;
  const { address } = await world.serve({
    getProduct: async () => {
      calls += 1;
      return { product: PRODUCT };
    },
  });
  const client = world.client([address]);
  await client.getProduct({ id: 'x' });
  const late = client.getProduct({ id: 'x' }, { context: parent({ deadline: Date.now() - 1 }) });
  await expect(late).rejects.toMatchObject({ code: 'deadline-exceeded' });
  await client.getProduct({ id: 'x' });
  expect(calls).toBe(2);
});

test('an exceeded deadline ends the call and the handler', async () => {
  const aborted = Promise.withResolvers<unknown>();
  const { address } = await world.serve({
    getProduct: (_, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      return new Promise(() => {});
    },
  });
  const client = world.client([address], { policy: { timeout: '100ms' } });
  await expect(client.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'deadline-exceeded' });
  expect(await aborted.promise).toMatchObject({ code: expect.stringMatching(/deadline-exceeded|cancelled/) });
});

test('a call inherits the cancellation, request id and trace of its parent', async () => {
  installPropagation([]);
  const inHandler = Promise.withResolvers<CallContext & { readonly traceparent: string | undefined }>();
  const { address } = await world.serve({
    getProduct: (_, context) => {
      inHandler.resolve({ ...context, traceparent: traceparentOf() });
      return new Promise(() => {});
    },
  });
  const controller = new AbortController();
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const context = parent({ signal: controller.signal, canary: '1' });
  const client = world.client([address]);
  const call = active.with(contextOf(traceparent), () => client.getProduct({ id: 'x' }, { context }));
  const received = await inHandler.promise;
  expect(received).toMatchObject({ requestId: 'request-1', traceparent, canary: '1' });
  const aborted = new Promise((resolve) => received.signal.addEventListener('abort', resolve));
  controller.abort(serviceError('deadline-exceeded'));
  await expect(call).rejects.toMatchObject({ code: 'deadline-exceeded' });
  await aborted;
  await expect(world.client([address]).getProduct({ id: 'x' }, { context })).rejects.toMatchObject({
    code: 'deadline-exceeded',
  });
});
