import type pg from 'pg';
import type { Client } from '../../../services/kit/client/client.ts';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { Watchers } from '../../../services/kit/store/watchers.ts';
import { migrations } from '../../../services/product/migrations.ts';
import { productService } from '../../../services/product/product-service.ts';
import { type StockChange, stockChanges } from '../../../services/product/stock-changes.ts';
import type { ReserveRequest } from '../../../services/proto/gen/weft/product/v1/product.ts';
import { ProductServiceDefinition } from '../../../services/proto/gen/weft/product/v1/product.ts';
import { quiet, serve } from '../serve.ts';
import { testPool } from '../test-pool.ts';

export interface ProductHarness {
  readonly pool: pg.Pool;
  readonly client: Client<ProductServiceDefinition>;
  readonly watchers: Watchers<StockChange>;
  /** Makes a product of 10.00 in `currency`; its id. */
  make(stock: number, currency?: string): Promise<string>;
  stock(id: string): Promise<number>;
  stop(): Promise<void>;
}

/** The real product service, over gRPC and a database of its own. */
export async function startProduct(name: string): Promise<ProductHarness> {
  const pool = await testPool(name, migrations);
  const watchers = new Watchers<StockChange>();
  const changes = stockChanges(pool, watchers, quiet);
  await changes.start();
  const { client, close } = await serve(ProductServiceDefinition, productService(pool, watchers));
  return {
    pool,
    client,
    watchers,
    make: async (stock, currency = 'EUR') => {
      const price = { amount: 1_000, currency };
      const { product } = await client.createProduct({
        product: { name: 'Cup', description: 'Holds coffee.', price, stock },
      });
      return product?.id ?? '';
    },
    stock: async (id) => (await client.getProduct({ id })).product?.stock ?? -1,
    stop: async () => {
      await changes.stop();
      await close();
      await pool.end();
    },
  };
}

/** Returns a Reserve request of a new customer with a new key for a new order, except for `fields`. */
export function reservation(fields: Partial<ReserveRequest>): ReserveRequest {
  return { customerId: uuidv7(), idempotencyKey: uuidv7(), orderId: uuidv7(), items: [], ...fields };
}

/** Returns the items of a reservation of one product. */
export function itemsOf(productId: string, quantity = 1): ReserveRequest['items'] {
  return [{ productId, quantity }];
}
