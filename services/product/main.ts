import { runService } from '../kit/service.ts';
import { Watchers } from '../kit/store/watchers.ts';
import { cachedCatalogue, plainCatalogue } from './catalogue.ts';
import { migrations } from './migrations.ts';
import { productService } from './product-service.ts';
import { seed } from './seed.ts';
import { settings } from './settings.ts';
import { type StockChange, stockChanges } from './stock-changes.ts';

await runService(async (context) => {
  const { WEFT_SEED, WEFT_CATALOGUE } = context.settings(settings);
  const pool = await context.store(migrations);
  if (WEFT_SEED) {
    const products = await seed(pool);
    if (products) context.log.info('catalogue seeded', { products });
  }
  const watchers = new Watchers<StockChange>();
  const plain = plainCatalogue(pool);
  const catalogue = WEFT_CATALOGUE === 'cached' ? cachedCatalogue(plain) : plain;
  return {
    grpc: [productService(pool, watchers, catalogue)],
    background: [stockChanges(pool, watchers, context.log)],
  };
});
