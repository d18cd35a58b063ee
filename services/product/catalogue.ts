import type { Pool } from 'pg';
import type {
  ListProductsRequest,
  ListProductsResponse,
  Product,
} from '../proto/gen/weft/product/v1/product.ts';
import { getProduct } from './get-product.ts';
import { listProducts } from './list-products.ts';
import { ResponseCache } from './response-cache.ts';

/** The read operations of the product service. */
export interface Catalogue {
  /** Returns a page of products. @throws ServiceError `invalid-request` */
  list(request: ListProductsRequest): Promise<ListProductsResponse>;
  /** Returns a product. @throws ServiceError `not-found` */
  get(id: string): Promise<Product>;
}

/** Returns a catalogue that queries the database for every request. */
export function plainCatalogue(pool: Pool): Catalogue {
  return {
    list: (request) => listProducts(pool, request),
    get: (id) => getProduct(pool, id),
  };
}

/** Lifetime of a cached response. Reservations always use the database. */
const MAX_AGE_MS = 1_000;
/** Capacity of each cache. */
const MAX_ENTRIES = 1_000;

/**
 * Returns a catalogue that caches the responses of another for 1 s and adds `availability` to each product.
 * @param now a monotonic clock, milliseconds. @default performance.now
 */
export function cachedCatalogue(catalogue: Catalogue, now?: () => number): Catalogue {
  const limits = { maxAgeMs: MAX_AGE_MS, maxEntries: MAX_ENTRIES, ...(now && { now }) };
  const pages = new ResponseCache<ListProductsResponse>(limits);
  const products = new ResponseCache<Product>(limits);
  return {
    list: (request) =>
      pages.get(JSON.stringify(request), async () => {
        const page = await catalogue.list(request);
        return { ...page, items: page.items.map(withAvailability) };
      }),
    get: (id) => products.get(id, async () => withAvailability(await catalogue.get(id))),
  };
}

/** A stock of up to this many units is `low`. */
const MAX_LOW_STOCK = 5;

function withAvailability(product: Product): Product {
  const { stock } = product;
  return { ...product, availability: stock === 0 ? 'sold-out' : stock <= MAX_LOW_STOCK ? 'low' : 'in-stock' };
}
