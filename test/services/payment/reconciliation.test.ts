import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatMetrics } from '../../../services/kit/telemetry/metric-text.ts';
import type { PaymentProvider } from '../../../services/payment/provider.ts';
import { type ReconciliationHarness, startReconciliation } from './reconciliation-harness.ts';

let shop: ReconciliationHarness;
beforeAll(async () => {
  shop = await startReconciliation('reconciliation');
});
afterAll(() => shop.stop());

describe('a reconciliation run', () => {
  test('repeats the work of a failed run', async () => {
    const id = await shop.makeOrder('authorizing', 'captured');
    const failing = shop.createReconciler(
      shop.overrideProvider({
        find: async () => {
          throw new Error('the provider is away');
        },
      }),
    );
    await expect(failing.run()).rejects.toThrow('away');
    expect(formatMetrics(failing.metrics, 'prometheus')).toContain(
      'weft_reconciliation_runs_total{result="failed"} 1',
    );
    expect(await shop.stateOf(id)).toBe('authorizing, captured');
    const next = shop.createReconciler();
    await next.run();
    expect(next.findings(id)).toEqual(['reconciliation: unreported']);
    expect(await shop.stateOf(id)).toBe('captured, captured');
  });

  test('repairs a finding that an interrupted run recorded, and does not report the finding again', async () => {
    const id = await shop.makeOrder('voided', 'captured');
    const stopped = shop.createReconciler(
      shop.overrideProvider({
        cancel: async () => {
          throw new Error('the process ends');
        },
      }),
    );
    await expect(stopped.run()).rejects.toThrow('ends');
    expect(stopped.findings(id)).toEqual(['reconciliation: unexpected']);
    const next = shop.createReconciler();
    await next.run();
    expect(next.findings(id)).toEqual([]);
    expect(await shop.stateOf(id)).toBe('refunded, refunded');
  });

  test('executes in one process at a time', async () => {
    const id = await shop.makeOrder('authorizing', 'captured');
    let lists = 0;
    const list: PaymentProvider['list'] = (changed, cursor) => {
      lists++;
      return shop.provider.list(changed, cursor);
    };
    await shop.pool.query('UPDATE reconciliation SET due_at = now()');
    const holding = shop.createReconciler(
      shop.overrideProvider({
        list: async (changed, cursor) => {
          const others = Array.from({ length: 8 }, () =>
            shop.createReconciler(shop.overrideProvider({ list })).run(),
          );
          expect(await Promise.all(others)).toEqual(Array(8).fill(false));
          return list(changed, cursor);
        },
      }),
    );
    await holding.run();
    expect(lists).toBe(1);
    expect(holding.findings(id)).toEqual(['reconciliation: unreported']);
  });

  test('repairs and reports each finding once if several processes run after a lost lease', async () => {
    const rounds = Array.from({ length: 10 }, () => [
      shop.makeOrder('authorizing', 'captured'),
      shop.makeOrder('voided', 'captured'),
      shop.makeOrder('none', 'authorized'),
      shop.makeOrder('captured', 'nothing'),
    ]);
    const ids = await Promise.all(rounds.flat());
    const runs: Promise<boolean>[] = [];
    const all = Array.from({ length: 4 }, (_, index) => {
      const list: PaymentProvider['list'] = async (changed, cursor) => {
        const page = await shop.provider.list(changed, cursor);
        await shop.pool.query('UPDATE reconciliation SET due_at = now()');
        const next = all[index + 1];
        if (next) runs.push(next.run());
        return page;
      };
      return shop.createReconciler(shop.overrideProvider({ list }));
    });
    if (all[0]) runs.push(all[0].run());
    // Grows while it is gone through.
    for (const run of runs) await run;
    const reportedKeys = all.flatMap(({ lines }) => lines.map(({ key }) => key)).sort();
    expect(reportedKeys).toEqual([...ids].sort());
    expect(await Promise.all(ids.map(shop.stateOf))).toEqual(
      Array(10)
        .fill(['captured, captured', 'refunded, refunded', 'authorized, authorized', 'captured, nothing'])
        .flat(),
    );
  });

  test('reads the charges of the provider and the captured payments page by page', async () => {
    await shop.pool.query(
      `WITH new AS (
         INSERT INTO payment (id, order_id, status, amount, currency, token, created_at)
         SELECT gen_random_uuid(), gen_random_uuid(), CASE WHEN n <= 1100 THEN 'authorizing' ELSE 'captured' END,
           7, 'EUR', 'tok_ok', now() - interval '1 minute'
         FROM generate_series(1, 2200) AS n RETURNING order_id, status
       )
       INSERT INTO provider_charge (idempotency_key, outcome, amount, currency, changed_at)
       SELECT order_id, 'captured', 7, 'EUR', now() - interval '1 minute' FROM new WHERE status = 'authorizing'`,
    );
    const { run, metrics } = shop.createReconciler();
    await run();
    for (const figure of [
      'finding="unreported",action="recorded"} 1100',
      'finding="not-captured",action="reported"} 1100',
    ])
      expect(formatMetrics(metrics, 'prometheus')).toContain(figure);
    const { rows } = await shop.pool.query(`SELECT DISTINCT status FROM payment WHERE amount = 7`);
    expect(rows).toEqual([{ status: 'captured' }]);
  });

  test('covers at most one hour of changes, and never moves its position back', async () => {
    const { run } = shop.createReconciler();
    await shop.pool.query(`UPDATE reconciliation SET position = now() - interval '150 minutes'`);
    const behind: boolean[] = [];
    for (let times = 0; times < 4; times++) behind.push(await run());
    expect(behind).toEqual([true, true, false, false]);
    const { rows } = await shop.pool.query(
      `SELECT extract(epoch FROM now() - position)::int BETWEEN 10 AND 600 AS near FROM reconciliation`,
    );
    expect(rows).toEqual([{ near: true }]);
    await shop.pool.query(`UPDATE reconciliation SET position = now() + interval '1 hour'`);
    await run();
    const { rows: later } = await shop.pool.query(`SELECT position > now() AS stays FROM reconciliation`);
    expect(later).toEqual([{ stays: true }]);
  });
});

test('reconciliation runs as a background task, repairs a payment, and stops', async () => {
  await shop.pool.query(`UPDATE reconciliation SET position = now() - interval '5 minutes'`);
  const id = await shop.makeOrder('authorizing', 'captured');
  const { reconciliation, findings } = shop.createReconciler();
  reconciliation.start();
  while ((await shop.statusOf(id)) !== 'captured');
  await reconciliation.stop();
  expect(findings(id)).toEqual(['reconciliation: unreported']);
});
