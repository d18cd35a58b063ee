import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { parsePrometheus } from '../../../../scripts/operate/rollout/prometheus.ts';
import { callMetrics } from '../../../../services/kit/client/call-metrics.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { formatMetrics } from '../../../../services/kit/telemetry/metric-text.ts';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

function read(metrics: Metrics, name: string) {
  const samples = parsePrometheus(formatMetrics(metrics, 'prometheus')).filter((one) => one.name === name);
  return samples.map(({ labels, value }) => [labels, value]);
}

const GET_PRODUCT = 'weft.product.v1.ProductService/GetProduct';

test('records each call once, on both sides, with all its attempts and the status that the caller receives', async () => {
  const callee = new Metrics();
  const caller = new Metrics();
  let attempts = 0;
  const { address } = await world.serve(
    {
      getProduct: async ({ id }) => {
        if (id === 'x' && attempts++ === 0) throw serviceError('unavailable');
        if (id === 'missing') throw serviceError('invalid-request');
        return { product: PRODUCT };
      },
    },
    { metrics: callee },
  );
  const client = world.client([address], {
    caller: 'order',
    policy: { timeout: '1m', retries: { max: 1, on: ['unavailable'] }, limits: { requests: 1 } },
    observeCalls: () => callMetrics(caller, 'product-reads', 'product'),
  });
  await client.getProduct({ id: 'x' });
  await expect(client.getProduct({ id: 'missing' })).rejects.toThrow();
  const [, second] = await Promise.allSettled([
    client.getProduct({ id: 'a' }),
    client.getProduct({ id: 'b' }),
  ]);
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'limit-reached' } });

  const call = { weft_call: 'product-reads', weft_callee: 'product' };
  const method = { rpc_method: GET_PRODUCT };
  expect(read(caller, 'rpc_client_call_duration_seconds_count')).toEqual([
    [{ ...call, ...method, rpc_status_code: 'OK' }, 2],
    [{ ...call, ...method, rpc_status_code: 'INVALID_ARGUMENT' }, 1],
    [{ ...call, ...method, rpc_status_code: 'UNAVAILABLE' }, 1],
  ]);
  expect(read(caller, 'weft_call_in_flight')).toEqual([[call, 0]]);
  await eventually(() => read(callee, 'rpc_server_call_duration_seconds_count').length === 3);
  expect(read(callee, 'rpc_server_call_duration_seconds_count')).toEqual([
    [{ ...method, rpc_status_code: 'UNAVAILABLE', weft_caller: 'order' }, 1],
    [{ ...method, rpc_status_code: 'OK', weft_caller: 'order' }, 2],
    [{ ...method, rpc_status_code: 'INVALID_ARGUMENT', weft_caller: 'order' }, 1],
  ]);
});

test('counts a stream as in flight until its reader stops', async () => {
  const metrics = new Metrics();
  const { address } = await world.serve({
    async *watchStock() {
      for (;;) {
        yield { productId: 'x', stock: 1, at: undefined };
        await turn();
      }
    },
  });
  const client = world.client([address], { observeCalls: () => callMetrics(metrics, 'streams', 'product') });
  const inFlight = () => read(metrics, 'weft_call_in_flight')[0]?.[1];
  for await (const _ of client.watchStock({ id: 'x' })) {
    expect(inFlight()).toBe(1);
    break;
  }
  expect(inFlight()).toBe(0);
});

test('a cancelled call has status CANCELLED and is no longer in flight', async () => {
  const metrics = new Metrics();
  const { address } = await world.serve({
    getProduct: () => new Promise(() => {}),
    async *watchStock() {
      yield { productId: 'x', stock: 1, at: undefined };
      await new Promise(() => {});
    },
  });
  const client = world.client([address], { observeCalls: () => callMetrics(metrics, 'reads', 'product') });
  const cancelled = { code: 'cancelled' };
  const unary = new AbortController();
  const call = client.getProduct({ id: 'x' }, { signal: unary.signal });
  unary.abort();
  await expect(call).rejects.toMatchObject(cancelled);
  const stream = new AbortController();
  const readStream = async () => {
    for await (const _ of client.watchStock({ id: 'x' }, { signal: stream.signal })) stream.abort();
  };
  await expect(readStream()).rejects.toMatchObject(cancelled);
  await expect(client.getProduct({ id: 'x' }, { signal: unary.signal })).rejects.toMatchObject(cancelled);

  const durations = read(metrics, 'rpc_client_call_duration_seconds_count');
  expect(durations).toMatchObject([
    [{ rpc_method: GET_PRODUCT, rpc_status_code: 'CANCELLED' }, 2],
    [{ rpc_method: 'weft.product.v1.ProductService/WatchStock', rpc_status_code: 'CANCELLED' }, 1],
  ]);
  expect(read(metrics, 'weft_call_in_flight')).toEqual([[{ weft_call: 'reads', weft_callee: 'product' }, 0]]);
});
