import type { Pool } from 'pg';
import type {
  ListProductsRequest,
  ListProductsResponse,
  Product,
} from '../proto/gen/weft/product/v1/product.ts';
import { getProduct } from './get-product.ts';
import { listProducts } from './list-products.ts';
import { Remembered } from './remembered.ts';

/** What can be read of the products. */
export interface Catalogue {
  /** @throws ServiceError `invalid-request` */
  list(request: ListProductsRequest): Promise<ListProductsResponse>;
  /** @throws ServiceError `not-found` */
  get(id: string): Promise<Product>;
}

/** Reads each answer from the database. */
export function plainCatalogue(pool: Pool): Catalogue {
  return {
    list: (request) => listProducts(pool, request),
    get: (id) => getProduct(pool, id),
  };
}

/** How old an answer may be, milliseconds. What is bought is decided in the database all the same. */
const MAX_AGE = 1_000;
/** Answers that are kept. */
const SIZE = 1_000;

/**
 * Remembers the answers of another catalogue for a second, and says of each product whether there is enough of it.
 * @param now milliseconds that only grow. @default performance.now
 */
export function cachedCatalogue(catalogue: Catalogue, now?: () => number): Catalogue {
  const limits = { maxAgeMs: MAX_AGE, size: SIZE, ...(now && { now }) };
  const pages = new Remembered<ListProductsResponse>(limits);
  const products = new Remembered<Product>(limits);
  return {
    list: (request) =>
      pages.get(JSON.stringify(request), async () => {
        const page = await catalogue.list(request);
        return { ...page, items: page.items.map(withAvailability) };
      }),
    get: (id) => products.get(id, async () => withAvailability(await catalogue.get(id))),
  };
}

/** So many pieces are few. */
const LOW = 5;

function withAvailability(product: Product): Product {
  const { stock } = product;
  return { ...product, availability: stock === 0 ? 'sold-out' : stock <= LOW ? 'low' : 'in-stock' };
}
