import { runService } from '../kit/service.ts';
import { migrations } from './migrations.ts';
import { paymentService } from './payment-service.ts';
import { Payments } from './payments.ts';
import { Reconciliation } from './reconciliation.ts';
import { ReconciliationStore } from './reconciliation-store.ts';
import { settings } from './settings.ts';
import { TestProvider } from './test-provider.ts';

await runService(async (context) => {
  const env = context.settings(settings);
  const { log, metrics } = context;
  const pool = await context.store(migrations);
  const provider = new TestProvider(pool, env.WEFT_TEST_PROVIDER_DELAY);
  const payments = new Payments(pool);
  const reconciliation = new Reconciliation({
    payments,
    provider,
    store: new ReconciliationStore(pool),
    log,
    metrics,
    intervalMs: env.WEFT_RECONCILIATION_INTERVAL,
    ageMs: env.WEFT_RECONCILIATION_AGE,
    overlapMs: env.WEFT_RECONCILIATION_OVERLAP,
  });
  return { grpc: [paymentService(payments, provider)], background: [reconciliation] };
});
