import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { placeFirstOrder } from '../../scripts/operate/local/first-order.ts';
import { until } from '../until.ts';
import { type RunningShop, startShop } from './running-shop.ts';
import { saveTelemetry } from './save-telemetry.ts';

let shop: RunningShop;

beforeAll(async () => {
  shop = await startShop();
});

afterAll(async () => {
  await shop?.stop();
});

interface Address {
  readonly url: string;
  readonly token: string;
}

async function get<T>({ url, token }: Address, path: string): Promise<T> {
  const response = await fetch(url + path, { headers: { 'x-api-key': token } });
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
}

interface Graph {
  readonly calls: readonly {
    readonly caller: string;
    readonly callee: string;
    readonly name: string;
    readonly observed: boolean;
    readonly requests: number;
    readonly p50Ms: number | null;
    readonly marks: readonly string[];
  }[];
}

interface Trace {
  readonly spans: readonly {
    readonly service: string;
    readonly name: string;
    readonly callId: string | null;
  }[];
}

test('an order appears on the declared calls and as one trace, and unused calls are marked', async () => {
  await placeFirstOrder(shop.gateway, AbortSignal.timeout(60_000));
  const calls = await until('the calls of the order are observed', async () => {
    const graph = await get<Graph>(shop.dashboard, '/api/graph');
    const placing = graph.calls.find(({ caller, name }) => caller === 'gateway' && name === 'order-placing');
    const authorizing = graph.calls.find(({ caller, name }) => caller === 'order' && name === 'payment');
    return placing?.observed && authorizing?.observed && authorizing.p50Ms !== null && graph.calls;
  });
  const ofGateway = calls.filter(({ caller }) => caller === 'gateway');
  const unused = ofGateway.filter(({ marks }) => marks.includes('unused')).map(({ name }) => name);
  expect(unused).toEqual(expect.arrayContaining(['product-changes', 'product-streams']));
  expect(unused).not.toContain('order-placing');
  const trace = await until('the trace is complete', async () => {
    const { traces } = await get<{ traces: readonly { readonly traceId: string }[] }>(
      shop.dashboard,
      '/api/traces?text=PlaceOrder&limit=1',
    );
    const [first] = traces;
    const complete = first && (await get<Trace>(shop.dashboard, `/api/traces/${first.traceId}`));
    return complete?.spans.some(({ service }) => service === 'notification') && complete;
  });
  expect(trace.spans[0]).toMatchObject({ service: 'gateway', name: 'POST /v1/orders' });
  expect(trace.spans.map(({ callId }) => callId)).toEqual(expect.arrayContaining(['order/payment']));
});

test('the telemetry that a failed test saves opens with its trace, without a shop', async () => {
  const file = await saveTelemetry(shop.dashboard, 'An order: fails');
  const child = spawn('node', ['scripts/telemetry.ts', 'open', file, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { dashboard: url, dashboardToken: token } = JSON.parse(line);
    const info = await get<{ source: string; focusTraceId: string }>({ url, token }, '/api/info');
    expect(info.source).toMatch(/^An order: fails/);
    const trace = await get<Trace>({ url, token }, `/api/traces/${info.focusTraceId}`);
    expect(trace.spans.length).toBeGreaterThan(0);
    const graph = await get<Graph>({ url, token }, '/api/graph');
    expect(
      graph.calls.find(({ caller, name }) => caller === 'gateway' && name === 'order-placing'),
    ).toMatchObject({ observed: true });
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
    await rm(file);
  }
});
