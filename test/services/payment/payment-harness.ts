import type pg from 'pg';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { migrations } from '../../../services/payment/migrations.ts';
import { paymentService } from '../../../services/payment/payment-service.ts';
import { Payments } from '../../../services/payment/payments.ts';
import { TestProvider } from '../../../services/payment/test-provider.ts';
import { PaymentServiceDefinition } from '../../../services/proto/gen/weft/payment/v1/payment.ts';
import { type Served, serve } from '../serve.ts';
import { testPool } from '../test-pool.ts';

export interface PaymentHarness {
  readonly pool: pg.Pool;
  readonly payments: Payments;
  readonly provider: TestProvider;
  readonly client: Served<PaymentServiceDefinition>['client'];
  /** Status of an order's payment; `none` when there is none. */
  statusOf(orderId: string): Promise<string>;
  /** Outcome of an order in the provider's ledger, or `nothing`. */
  bookedOf(orderId: string): Promise<string>;
  stop(): Promise<void>;
}

/** An hour: with it, `tok_slow` answers after every deadline. */
const LATE_MS = 3_600_000;

/** The real payment service over gRPC, with a database of its own. */
export async function startPayment(name: string): Promise<PaymentHarness> {
  const pool = await testPool(name, migrations);
  const payments = new Payments(pool);
  const provider = new TestProvider(pool, LATE_MS);
  const { client, close } = await serve(PaymentServiceDefinition, paymentService(payments, provider));
  return {
    pool,
    payments,
    provider,
    client,
    statusOf: async (orderId) => (await payments.find(orderId))?.status ?? 'none',
    bookedOf: async (orderId) => (await provider.find(orderId))?.outcome ?? 'nothing',
    stop: async () => {
      await close();
      await pool.end();
    },
  };
}

/** A request to authorize or charge, of a new order. */
export function asking(token: string) {
  return { orderId: uuidv7(), amount: { amount: 2_490, currency: 'EUR' }, token };
}
