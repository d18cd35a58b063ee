import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatMetrics } from '../../../services/kit/telemetry/metric-text.ts';
import type { PaymentProvider, ProviderCharge } from '../../../services/payment/provider.ts';
import { asking } from './payment-harness.ts';
import { type ReconciliationHarness, startReconciliation } from './reconciliation-harness.ts';

let shop: ReconciliationHarness;
beforeAll(async () => {
  shop = await startReconciliation('findings');
});
afterAll(() => shop.stop());

const SOON = { timeoutMs: 300 };

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

/** Returns the status of the payment and the outcome at the provider after a finding. */
function expectedState(finding: string, here: string, there: string): string {
  if (finding === 'unreported' || finding === 'unrecorded') return `${there}, ${there}`;
  const returned = there === 'captured' ? 'refunded' : 'voided';
  // A payment that is refunded stays so, though it was an authorization that was returned.
  if (finding === 'unexpected') return `${here === 'refunded' ? here : returned}, ${returned}`;
  return `${here}, ${there}`;
}

const pairs = Object.entries(EXPECTED).flatMap(([here, findings]) =>
  findings.map((finding, index) => [here, OUTCOMES[index] ?? '', finding] as const),
);

describe('reconciliation', () => {
  test.each(pairs)('of a payment (%s) with a charge (%s) reports "%s"', async (here, there, finding) => {
    const id = await shop.makeOrder(here, there);
    const first = shop.createReconciler();
    await first.run();
    expect(first.findings(id)).toEqual(finding ? [`reconciliation: ${finding}`] : []);
    expect(await shop.stateOf(id)).toBe(expectedState(finding, here, there));
    const second = shop.createReconciler();
    await second.run();
    expect(second.lines).toEqual([]);
    expect(await shop.stateOf(id)).toBe(expectedState(finding, here, there));
  });

  test('reports different amounts, and returns the money only if the order was cancelled', async () => {
    const ids = await Promise.all(
      ['authorizing', 'authorized', 'captured', 'voided'].map((here) =>
        shop.makeOrder(here, 'captured', 2_500),
      ),
    );
    const { run, lines, metrics } = shop.createReconciler();
    await run();
    const findings = ids.map((id) => lines.find(({ key }) => key === id));
    expect(findings.map((line) => line?.message)).toEqual([
      ...Array(3).fill('reconciliation: amount-differs'),
      'reconciliation: unexpected',
    ]);
    expect(findings.map((line) => line?.level)).toEqual(['error', 'error', 'error', 'warn']);
    expect(await Promise.all(ids.map(shop.stateOf))).toEqual([
      'authorizing, captured',
      'authorized, captured',
      'captured, captured',
      'refunded, refunded',
    ]);
    expect(formatMetrics(metrics, 'prometheus')).toContain(
      'weft_reconciliation_findings_total{finding="amount-differs",action="reported"} 3',
    );
    expect(formatMetrics(metrics, 'prometheus')).toContain('weft_reconciliation_runs_total{result="done"} 1');
  });

  test('reports a charge whose key is not an order id', async () => {
    await shop.pool.query(
      `INSERT INTO provider_charge (idempotency_key, outcome, amount, currency, changed_at)
       VALUES ('coffee', 'captured', 300, 'EUR', now() - interval '1 minute')`,
    );
    const { run, findings } = shop.createReconciler();
    await run();
    expect(findings('coffee')).toEqual(['reconciliation: unknown-key']);
    expect(await shop.bookedOf('coffee')).toBe('captured');
  });

  test('ignores a recent difference, which the response in flight resolves', async () => {
    const request = asking('tok_silent');
    await expect(shop.client.authorize(request, SOON)).rejects.toThrow();
    const { run, lines } = shop.createReconciler();
    await run();
    expect(lines).toEqual([]);
    expect(await shop.stateOf(request.orderId)).toBe('authorizing, authorized');
  });

  test('ignores the differences of an outdated list page', async () => {
    const id = await shop.makeOrder('captured', 'captured');
    const list: PaymentProvider['list'] = async (changed, cursor) => {
      const page = await shop.provider.list(changed, cursor);
      const old = (charge: ProviderCharge): ProviderCharge =>
        charge.key === id ? { ...charge, outcome: 'authorized' } : charge;
      return { ...page, charges: page.charges.map(old) };
    };
    const { run, lines } = shop.createReconciler(shop.overrideProvider({ list }));
    await run();
    expect(lines).toEqual([]);
  });
});

describe('an order', () => {
  test('is paid even if the provider never responds', async () => {
    const request = asking('tok_silent');
    const { orderId } = request;
    const { run, findings } = shop.createReconciler();
    await expect(shop.client.authorize(request, SOON)).rejects.toThrow();
    await shop.age(orderId);
    await run();
    expect((await shop.client.authorize(request)).payment?.status).toBe('authorized');
    await expect(shop.client.capture({ orderId }, SOON)).rejects.toThrow();
    await shop.age(orderId);
    await run();
    expect((await shop.client.authorize(request)).payment?.status).toBe('captured');
    expect(findings(orderId)).toEqual(Array(2).fill('reconciliation: unreported'));
  });

  test('with a lost payment can be captured or cancelled after reconciliation', async () => {
    for (const [there, asks, status] of [
      ['authorized', 'capture', 'captured'],
      ['captured', 'authorize', 'captured'],
      ['captured', 'cancel', 'refunded'],
      ['authorized', 'cancel', 'voided'],
    ] as const) {
      const orderId = await shop.makeOrder('none', there);
      await shop.createReconciler().run();
      const { payment } = await shop.client[asks]({ ...asking('tok_ok'), orderId });
      expect(payment).toMatchObject({ status, amount: { amount: 2_490, currency: 'EUR' } });
      expect(await shop.stateOf(orderId)).toBe(`${status}, ${status}`);
    }
  });
});
