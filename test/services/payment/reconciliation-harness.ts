import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { createLog } from '../../../services/kit/telemetry/log.ts';
import { Metrics } from '../../../services/kit/telemetry/metrics.ts';
import type { PaymentProvider } from '../../../services/payment/provider.ts';
import { Reconciliation } from '../../../services/payment/reconciliation.ts';
import { ReconciliationStore } from '../../../services/payment/reconciliation-store.ts';
import { startPayment } from './payment-harness.ts';

const AGE_MS = 10_000;

export type ReconciliationHarness = Awaited<ReturnType<typeof startReconciliation>>;

/** Starts the payment service on a database of its own, and returns it with functions that reconcile its payments. */
export async function startReconciliation(name: string) {
  const shop = await startPayment(name);

  /** Creates a process that reconciles, and records the lines that it logs. */
  function createReconciler(provider: PaymentProvider = shop.provider) {
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
      run: () => reconciliation.run(new AbortController().signal),
      findings: (orderId: string) => lines.filter(({ key }) => key === orderId).map(({ message }) => message),
      lines,
    };
  }

  /** Returns the provider with some methods replaced. */
  function overrideProvider(methods: Partial<PaymentProvider>): PaymentProvider {
    const { provider } = shop;
    return {
      isKnownToken: (token) => provider.isKnownToken(token),
      authorize: (charge, signal) => provider.authorize(charge, signal),
      capture: (key, signal) => provider.capture(key, signal),
      cancel: (key) => provider.cancel(key),
      find: (key) => provider.find(key),
      list: (changed, cursor) => provider.list(changed, cursor),
      ...methods,
    };
  }

  /** Makes the payment and the charge of an order a minute older. */
  async function age(orderId: string): Promise<void> {
    const earlier = `now() - interval '1 minute'`;
    await shop.pool.query(`UPDATE payment SET created_at = ${earlier} WHERE order_id = $1`, [orderId]);
    await shop.pool.query(`UPDATE provider_charge SET changed_at = ${earlier} WHERE idempotency_key = $1`, [
      orderId,
    ]);
  }

  /** Makes an order whose payment has been `here`, and at the provider `there`, for a minute; returns its id. */
  async function makeOrder(here: string, there: string, amountThere = 2_490): Promise<string> {
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
    await age(id);
    return id;
  }

  /** Returns the status of the payment and the outcome at the provider. */
  async function stateOf(orderId: string): Promise<string> {
    return `${await shop.statusOf(orderId)}, ${await shop.bookedOf(orderId)}`;
  }

  return { ...shop, createReconciler, overrideProvider, age, makeOrder, stateOf };
}
