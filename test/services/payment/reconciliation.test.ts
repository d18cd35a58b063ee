import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { createLog } from '../../../services/kit/telemetry/log.ts';
import { Metrics } from '../../../services/kit/telemetry/metrics.ts';
import type { PaymentProvider, ProviderCharge } from '../../../services/payment/provider.ts';
import { Reconciliation } from '../../../services/payment/reconciliation.ts';
import { ReconciliationStore } from '../../../services/payment/reconciliation-store.ts';
import { asking, type PaymentHarness, startPayment } from './payment-harness.ts';

let shop: PaymentHarness;

beforeAll(async () => {
  shop = await startPayment('reconciliation');
});
afterAll(() => shop.stop());

const SOON = { timeoutMs: 300 };
const AGE_MS = 10_000;
const running = new AbortController().signal;

/** A process that reconciles, and what it says. */
function reconciler(provider: PaymentProvider = shop.provider) {
  const lines: { key: string; message: string; level: string; action: string }[] = [];
  const metrics = new Metrics();
  const reconciliation = new Reconciliation({
    payments: shop.payments,
    provider,
    store: new ReconciliationStore(shop.pool),
    log: createLog({}, { write: (line) => lines.push(JSON.parse(line)) }),
    metrics,
    intervalMs: 0,
    ageMs: AGE_MS,
    overlapMs: 3_600_000,
  });
  return {
    reconciliation,
    metrics,
    run: () => reconciliation.run(running),
    findings: (orderId: string) => lines.filter(({ key }) => key === orderId).map(({ message }) => message),
    lines,
  };
}

/** The provider, with some of it done differently. */
function providerWith(how: Partial<PaymentProvider>): PaymentProvider {
  const { provider } = shop;
  return {
    isKnownToken: (token) => provider.isKnownToken(token),
    authorize: (charge, signal) => provider.authorize(charge, signal),
    capture: (key, signal) => provider.capture(key, signal),
    cancel: (key) => provider.cancel(key),
    find: (key) => provider.find(key),
    list: (changed, cursor) => provider.list(changed, cursor),
    ...how,
  };
}

/** Lets a minute pass for an order. */
async function aged(orderId: string): Promise<void> {
  const earlier = `now() - interval '1 minute'`;
  await shop.pool.query(`UPDATE payment SET created_at = ${earlier} WHERE order_id = $1`, [orderId]);
  await shop.pool.query(`UPDATE provider_charge SET changed_at = ${earlier} WHERE idempotency_key = $1`, [
    orderId,
  ]);
}

/** An order whose payment is `here`, and at the provider `there`, for a minute. */
async function order(here: string, there: string, amountThere = 2_490): Promise<string> {
  const id = uuidv7();
  if (here !== 'none')
    await shop.pool.query(
      `INSERT INTO payment (id, order_id, status, amount, currency, token) VALUES ($1, $1, $2, 2490, 'EUR', 'tok_ok')`,
      [id, here],
    );
  if (there !== 'nothing')
    await shop.pool.query(
      `INSERT INTO provider_charge (idempotency_key, outcome, amount, currency, token)
       VALUES ($1, $2, $3, 'EUR', 'tok_ok')`,
      [id, there, amountThere],
    );
  await aged(id);
  return id;
}

async function stateOf(orderId: string): Promise<string> {
  return `${await shop.statusOf(orderId)}, ${await shop.bookedOf(orderId)}`;
}

const OUTCOMES = ['nothing', 'authorized', 'captured', 'declined', 'voided', 'refunded'] as const;
const MISSING = ['', 'unrecorded', 'unrecorded', '', '', ''];
const GIVEN_UP = ['', 'unexpected', 'unexpected', '', '', ''];

/** The finding for each status of the payment and each outcome at the provider. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  none: MISSING,
  authorizing: ['', 'unreported', 'unreported', 'unreported', 'unreported', 'unreported'],
  authorized: ['', '', 'unreported', 'unreported', 'unreported', 'unreported'],
  captured: ['not-captured', 'not-captured', '', 'not-captured', 'not-captured', 'not-captured'],
  declined: GIVEN_UP,
  voided: GIVEN_UP,
  refunded: GIVEN_UP,
};

/** Status of the payment and outcome at the provider after a finding. */
function mended(finding: string, here: string, there: string): string {
  if (finding === 'unreported' || finding === 'unrecorded') return `${there}, ${there}`;
  const returned = there === 'captured' ? 'refunded' : 'voided';
  // A payment that is refunded stays so, though it was an authorization that was returned.
  if (finding === 'unexpected') return `${here === 'refunded' ? here : returned}, ${returned}`;
  return `${here}, ${there}`;
}

const pairs = Object.entries(EXPECTED).flatMap(([here, findings]) =>
  findings.map((finding, index) => [here, OUTCOMES[index] ?? '', finding] as const),
);

describe('disagreements between a payment and the provider', () => {
  test.each(pairs)('%s here, %s there: %s', async (here, there, finding) => {
    const id = await order(here, there);
    const first = reconciler();
    await first.run();
    expect(first.findings(id)).toEqual(finding ? [`reconciliation: ${finding}`] : []);
    expect(await stateOf(id)).toBe(mended(finding, here, there));
    const second = reconciler();
    await second.run();
    expect(second.lines).toEqual([]);
    expect(await stateOf(id)).toBe(mended(finding, here, there));
  });

  test('in the amount are reported and left alone, unless the order was cancelled', async () => {
    const ids = await Promise.all(
      ['authorizing', 'authorized', 'captured', 'voided'].map((here) => order(here, 'captured', 2_500)),
    );
    const { run, lines, metrics } = reconciler();
    await run();
    const findings = ids.map((id) => lines.find(({ key }) => key === id));
    expect(findings.map((line) => line?.message)).toEqual([
      ...Array(3).fill('reconciliation: amount-differs'),
      'reconciliation: unexpected',
    ]);
    expect(findings.map((line) => line?.level)).toEqual(['error', 'error', 'error', 'warn']);
    expect(await Promise.all(ids.map(stateOf))).toEqual([
      'authorizing, captured',
      'authorized, captured',
      'captured, captured',
      'refunded, refunded',
    ]);
    expect(metrics.text()).toContain(
      'weft_reconciliation_findings_total{finding="amount-differs",action="reported"} 3',
    );
    expect(metrics.text()).toContain('weft_reconciliation_runs_total{result="done"} 1');
  });

  test('about a key that is not an order id are reported', async () => {
    await shop.pool.query(
      `INSERT INTO provider_charge (idempotency_key, outcome, amount, currency, changed_at)
       VALUES ('coffee', 'captured', 300, 'EUR', now() - interval '1 minute')`,
    );
    const { run, findings } = reconciler();
    await run();
    expect(findings('coffee')).toEqual(['reconciliation: unknown-key']);
    expect(await shop.bookedOf('coffee')).toBe('captured');
  });

  test('right after a change are left to the response in flight', async () => {
    const request = asking('tok_silent');
    await expect(shop.client.authorize(request, SOON)).rejects.toThrow();
    const { run, lines } = reconciler();
    await run();
    expect(lines).toEqual([]);
    expect(await stateOf(request.orderId)).toBe('authorizing, authorized');
  });

  test('of an outdated list page are ignored', async () => {
    const id = await order('captured', 'captured');
    const list: PaymentProvider['list'] = async (changed, cursor) => {
      const page = await shop.provider.list(changed, cursor);
      const old = (charge: ProviderCharge): ProviderCharge =>
        charge.key === id ? { ...charge, outcome: 'authorized' } : charge;
      return { ...page, charges: page.charges.map(old) };
    };
    const { run, lines } = reconciler(providerWith({ list }));
    await run();
    expect(lines).toEqual([]);
  });
});

describe('an order', () => {
  test('is paid even if the provider never responds', async () => {
    const request = asking('tok_silent');
    const { orderId } = request;
    const { run, findings } = reconciler();
    await expect(shop.client.authorize(request, SOON)).rejects.toThrow();
    await aged(orderId);
    await run();
    expect((await shop.client.authorize(request)).payment?.status).toBe('authorized');
    await expect(shop.client.capture({ orderId }, SOON)).rejects.toThrow();
    await aged(orderId);
    await run();
    expect((await shop.client.authorize(request)).payment?.status).toBe('captured');
    expect(findings(orderId)).toEqual(Array(2).fill('reconciliation: unreported'));
  });

  test('with a lost payment finds it after reconciliation, and can still be cancelled', async () => {
    for (const [there, asks, status] of [
      ['authorized', 'capture', 'captured'],
      ['captured', 'authorize', 'captured'],
      ['captured', 'cancel', 'refunded'],
      ['authorized', 'cancel', 'voided'],
    ] as const) {
      const orderId = await order('none', there);
      await reconciler().run();
      const { payment } = await shop.client[asks]({ ...asking('tok_ok'), orderId });
      expect(payment).toMatchObject({ status, amount: { amount: 2_490, currency: 'EUR' } });
      expect(await stateOf(orderId)).toBe(`${status}, ${status}`);
    }
  });
});

describe('a run', () => {
  test('that fails is repeated by the next', async () => {
    const id = await order('authorizing', 'captured');
    const failing = reconciler(
      providerWith({
        find: async () => {
          throw new Error('the provider is away');
        },
      }),
    );
    await expect(failing.run()).rejects.toThrow('away');
    expect(failing.metrics.text()).toContain('weft_reconciliation_runs_total{result="failed"} 1');
    expect(await stateOf(id)).toBe('authorizing, captured');
    const next = reconciler();
    await next.run();
    expect(next.findings(id)).toEqual(['reconciliation: unreported']);
    expect(await stateOf(id)).toBe('captured, captured');
  });

  test('that stops between recording and repairing a finding is repeated, and reports the finding once', async () => {
    const id = await order('voided', 'captured');
    const stopped = reconciler(
      providerWith({
        cancel: async () => {
          throw new Error('the process ends');
        },
      }),
    );
    await expect(stopped.run()).rejects.toThrow('ends');
    expect(stopped.findings(id)).toEqual(['reconciliation: unexpected']);
    const next = reconciler();
    await next.run();
    expect(next.findings(id)).toEqual([]);
    expect(await stateOf(id)).toBe('refunded, refunded');
  });

  test('runs in one process at a time', async () => {
    const id = await order('authorizing', 'captured');
    let lists = 0;
    const list: PaymentProvider['list'] = (changed, cursor) => {
      lists++;
      return shop.provider.list(changed, cursor);
    };
    await shop.pool.query('UPDATE reconciliation SET due_at = now()');
    const holding = reconciler(
      providerWith({
        list: async (changed, cursor) => {
          const others = Array.from({ length: 8 }, () => reconciler(providerWith({ list })).run());
          expect(await Promise.all(others)).toEqual(Array(8).fill(false));
          return list(changed, cursor);
        },
      }),
    );
    await holding.run();
    expect(lists).toBe(1);
    expect(holding.findings(id)).toEqual(['reconciliation: unreported']);
  });

  test('in two processes at once (lost lease) repairs and reports everything once', async () => {
    const rounds = Array.from({ length: 10 }, () => [
      order('authorizing', 'captured'),
      order('voided', 'captured'),
      order('none', 'authorized'),
      order('captured', 'nothing'),
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
      return reconciler(providerWith({ list }));
    });
    if (all[0]) runs.push(all[0].run());
    // Grows while it is gone through.
    for (const run of runs) await run;
    const reportedKeys = all.flatMap(({ lines }) => lines.map(({ key }) => key)).sort();
    expect(reportedKeys).toEqual([...ids].sort());
    expect(await Promise.all(ids.map(stateOf))).toEqual(
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
    const { run, metrics } = reconciler();
    await run();
    for (const figure of [
      'finding="unreported",action="recorded"} 1100',
      'finding="not-captured",action="reported"} 1100',
    ])
      expect(metrics.text()).toContain(figure);
    const { rows } = await shop.pool.query(`SELECT DISTINCT status FROM payment WHERE amount = 7`);
    expect(rows).toEqual([{ status: 'captured' }]);
  });

  test('covers at most an hour until it has caught up, and never moves back', async () => {
    const { run } = reconciler();
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

test('starts as a background task, repairs a payment, and stops', async () => {
  await shop.pool.query(`UPDATE reconciliation SET position = now() - interval '5 minutes'`);
  const id = await order('authorizing', 'captured');
  const { reconciliation, findings } = reconciler();
  reconciliation.start();
  while ((await shop.statusOf(id)) !== 'captured');
  await reconciliation.stop();
  expect(findings(id)).toEqual(['reconciliation: unreported']);
});
