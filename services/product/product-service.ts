import type { Pool } from 'pg';
import { type Implementation, implement } from '../kit/server/implement.ts';
import type { Watchers } from '../kit/store/watchers.ts';
import { ProductServiceDefinition } from '../proto/gen/weft/product/v1/product.ts';
import { type Catalogue, plainCatalogue } from './catalogue.ts';
import { importProducts } from './import-products.ts';
import { insertProducts } from './insert-products.ts';
import { validProduct } from './new-product.ts';
import { quoteCart } from './quote-cart.ts';
import { release } from './release.ts';
import { openReservations } from './reservations.ts';
import { StockReserver } from './reserve.ts';
import { setStock } from './set-stock.ts';
import { settle, settleAll } from './settle.ts';
import type { StockChange } from './stock-changes.ts';
import { watchStock } from './watch-stock.ts';

/** Returns the handlers of the product service, with the catalogue and the stock in the database of `pool`. */
export function productService(
  pool: Pool,
  changes: Watchers<StockChange>,
  catalogue: Catalogue = plainCatalogue(pool),
): Implementation {
  const reserving = new StockReserver(pool);
  return implement(ProductServiceDefinition, {
    listProducts: (request) => catalogue.list(request),
    getProduct: async ({ id }) => ({ product: await catalogue.get(id) }),
    createProduct: async ({ product }) => {
      const [created] = await insertProducts(pool, [validProduct(product, 'product')]);
      return { product: created };
    },
    setStock: async (request) => ({ product: await setStock(pool, request) }),
    importProducts: async (requests, { signal }) => ({
      imported: await importProducts(pool, requests, signal),
    }),
    watchStock: ({ id }, { signal }) => watchStock(pool, changes, id, signal),
    quoteCart: (carts) => quoteCart(pool, carts),
    reserve: (request) => reserving.reserve(request),
    release: async ({ orderId }) => {
      await release(pool, orderId);
      return {};
    },
    settle: async ({ orderId }) => {
      await settle(pool, orderId);
      return {};
    },
    settleAll: async ({ orderIds }) => ({ orderIds: await settleAll(pool, orderIds) }),
    listOpenReservations: (request) => openReservations(pool, request),
  });
}
