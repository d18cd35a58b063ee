import type { Pool, PoolClient } from 'pg';
import { invalidField } from '../kit/invalid-field.ts';
import { transaction } from '../kit/store/transaction.ts';
import type { ImportProductsRequest } from '../proto/gen/weft/product/v1/product.ts';
import { insertProducts } from './insert-products.ts';
import { type ValidProduct, validProduct } from './new-product.ts';

const BATCH = 500;
const MAX_IMPORT = 100_000;

/**
 * Makes all products of a stream in one transaction, or none of them. It reads no faster than the database
 * writes, and keeps one batch in memory.
 * @param signal nothing is made once it has aborted
 * @returns how many there were
 * @throws ServiceError `invalid-request`: the field names the product, counted from 0
 */
export async function importProducts(
  pool: Pool,
  requests: AsyncIterable<ImportProductsRequest>,
  signal: AbortSignal,
): Promise<number> {
  const incoming = batches(requests);
  // No connection is held while a client makes up its mind about its first batch.
  const first = await incoming.next();
  if (first.done) return 0;
  const makeAll = async (tx: PoolClient) => {
    let imported = (await insertProducts(tx, first.value)).length;
    for await (const batch of incoming) imported += (await insertProducts(tx, batch)).length;
    return imported;
  };
  return transaction(pool, makeAll, signal);
}

async function* batches(
  requests: AsyncIterable<ImportProductsRequest>,
): AsyncGenerator<ValidProduct[], void> {
  let batch: ValidProduct[] = [];
  let count = 0;
  for await (const { product } of requests) {
    if (count === MAX_IMPORT) {
      const description = `is one more than the ${MAX_IMPORT} of one import; import the rest afterwards`;
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
