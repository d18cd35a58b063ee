import { runService } from '../kit/service.ts';
import { Watchers } from '../kit/store/watchers.ts';
import { PaymentServiceDefinition } from '../proto/gen/weft/payment/v1/payment.ts';
import { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import type { NewOrder } from './insert-orders.ts';
import { migrations } from './migrations.ts';
import { orderService } from './order-service.ts';
import { Orphans } from './orphans.ts';
import { PaymentTokens } from './payment-tokens.ts';
import { Saga } from './saga.ts';
import { settings } from './settings.ts';
import { orderChanges } from './watch-order.ts';

await runService(async (context) => {
  const env = context.settings(settings);
  const { log, metrics } = context;
  const { outbox } = context.events;
  const pool = await context.store([...outbox.migrations, ...migrations]);
  const product = context.client(ProductServiceDefinition, 'product');
  const payment = context.client(PaymentServiceDefinition, 'payment');
  const watchers = new Watchers<true>();
  const saga = new Saga({
    pool,
    product,
    payment,
    log,
    metrics,
    concurrency: env.WEFT_SAGA_CONCURRENCY,
    pollMs: env.WEFT_SAGA_POLL,
    paymentLimitMs: env.WEFT_PAYMENT_LIMIT,
    onEvent: () => outbox.wake(),
  });
  const begin = (order: NewOrder) => saga.begin(order);
  const orphans = new Orphans({
    pool,
    product,
    log,
    everyMs: env.WEFT_ORPHAN_SWEEP,
    ageMs: env.WEFT_ORPHAN_AGE,
    begin,
  });
  return {
    grpc: [orderService(pool, { product, tokens: new PaymentTokens(payment), begin }, watchers)],
    background: [outbox.relay(pool), orderChanges(pool, watchers, log), saga, orphans],
  };
});
