import { runService } from '../kit/service.ts';
import { migrations } from './migrations.ts';
import { paymentService } from './payment-service.ts';
import { Payments } from './payments.ts';
import { settings } from './settings.ts';
import { TestProvider } from './test-provider.ts';

await runService(async (host) => {
  const { WEFT_TEST_PROVIDER_DELAY } = host.settings(settings);
  const pool = await host.store(migrations);
  const provider = new TestProvider(pool, WEFT_TEST_PROVIDER_DELAY);
  return { grpc: [paymentService(new Payments(pool), provider)] };
});
