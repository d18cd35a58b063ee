import { runService } from '../kit/service.ts';
import { Watchers } from '../kit/store/watchers.ts';
import { migrations } from './migrations.ts';
import { productService } from './product-service.ts';
import { seed } from './seed.ts';
import { settings } from './settings.ts';
import { type StockChange, stockChanges } from './stock-changes.ts';

await runService(async (host) => {
  const { WEFT_SEED } = host.settings(settings);
  const pool = await host.store(migrations);
  if (WEFT_SEED) {
    const products = await seed(pool);
    if (products) host.log.info('catalogue seeded', { products });
  }
  const watchers = new Watchers<StockChange>();
  return { grpc: [productService(pool, watchers)], background: [stockChanges(pool, watchers, host.log)] };
});
