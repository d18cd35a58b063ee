import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { GraphView } from '../../../../../mesh/run/dashboard/api/views.ts';
import { counter, histogram, metrics, traces } from '../otlp-requests.ts';
import { removeFolders, type TestDashboard, temporaryFolder, withDashboard } from '../test-dashboard.ts';
import { clientSpan, PAYMENT_LABELS } from './observed-calls.ts';

afterAll(removeFolders);

const callsOf = async ({ get }: TestDashboard) => (await get<GraphView>('/api/graph')).calls;

test('totals survive a restart of the dashboard in its run, and begin again in another run', async () => {
  const file = join(await temporaryFolder(), 'telemetry.db');
  const start = Date.now() + 60_000;
  await withDashboard(
    async ({ send }) => {
      const client = clientSpan({ isError: true, attributes: { 'weft.call.attempts': 3 } });
      await send(traces('order', [client, client]));
      await send(traces('gateway', [clientSpan({ attributes: { 'weft.callee': 'payment' } })]));
      const point = { labels: PAYMENT_LABELS, start, bounds: [], counts: [7] };
      await send(metrics('order', [histogram('rpc_client_call_duration_seconds', [point])]));
      await send(metrics('order', [counter('other', [{ value: 1 }])]));
    },
    { file, run: 'first' },
  );
  const totals = [
    { id: 'gateway/orders', requests: 0 },
    { id: 'order/payments', requests: 7, errors: 2, retries: 4, marks: [], ratePerSecond: 0 },
    { id: 'gateway/payment?', requests: 1, methods: ['test.v1.Payment/Pay'], marks: ['undeclared'] },
  ];
  await withDashboard(async (again) => expect(await callsOf(again)).toMatchObject(totals), {
    file,
    run: 'first',
  });
  await withDashboard(async (again) => expect(await callsOf(again)).toMatchObject(totals), {
    file,
    run: 'first',
  });
  await withDashboard(
    async (other) => {
      expect(await callsOf(other)).toMatchObject([
        { id: 'gateway/orders', requests: 0 },
        { id: 'order/payments', requests: 0, marks: ['unused'] },
      ]);
      expect((await other.get<{ traces: [] }>('/api/traces')).traces).toHaveLength(1);
    },
    { file, run: 'second' },
  );
});
