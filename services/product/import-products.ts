import type { Pool } from 'pg';
import { invalidField } from '../kit/errors/service-error.ts';
import { transaction } from '../kit/store/transaction.ts';
import type { ImportProductsRequest } from '../proto/gen/weft/product/v1/product.ts';
import { insertProducts } from './insert-products.ts';
import { type ValidProduct, validProduct } from './new-product.ts';
import { discardOldImports, StagedImport } from './staged-import.ts';

const BATCH = 500;
const MAX_IMPORT = 100_000;

/**
 * Creates all products of a stream, or none. It reads no faster than the database writes, keeps two batches in memory,
 * and holds no connection while it waits for the client. A failed import leaves nothing: its staged rows, which no
 * reader sees, are deleted at once, or after a day if this process ends as well.
 * @param signal after it aborts, no product is created
 * @returns the number of products
 * @throws ServiceError `invalid-request`: the field names the product, counted from 0
 */
export async function importProducts(
  pool: Pool,
  requests: AsyncIterable<ImportProductsRequest>,
  signal: AbortSignal,
): Promise<number> {
  const incoming = batches(requests);
  const first = await incoming.next();
  if (first.done) return 0;
  const second = await incoming.next();
  if (second.done)
    return transaction(pool, async (tx) => (await insertProducts(tx, first.value)).length, signal);
  await discardOldImports(pool);
  const staged = new StagedImport(pool);
  try {
    await staged.add(first.value);
    await staged.add(second.value);
    for await (const batch of incoming) await staged.add(batch);
    return await staged.apply(signal);
  } catch (error) {
    // If the store is unavailable, the rows are deleted later, like those of a process that ended.
    await staged.discard().catch(() => {});
    throw error;
  }
}

async function* batches(
  requests: AsyncIterable<ImportProductsRequest>,
): AsyncGenerator<ValidProduct[], void> {
  let batch: ValidProduct[] = [];
  let count = 0;
  for await (const { product } of requests) {
    if (count === MAX_IMPORT) {
      const description = `exceeds the maximum of ${MAX_IMPORT} products per import; import the rest separately`;
      throw invalidField(`products[${count}]`, description);
    }
    batch.push(validProduct(product, `products[${count}]`));
    count += 1;
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length) yield batch;
}
