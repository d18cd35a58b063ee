import type { Pool } from 'pg';
import { uuidv7 } from '../kit/fields/uuid.ts';
import { transaction } from '../kit/store/transaction.ts';
import { productColumns } from './insert-products.ts';
import type { ValidProduct } from './new-product.ts';

/** Each batch is one statement and one transaction. */
const STAGE = `
  INSERT INTO product_import
    (import_id, position, product_id, name, description, price_amount, price_currency, stock)
  SELECT $1, $2 + ordinality, product_id, name, description, price_amount, price_currency, stock
  FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::int[]) WITH ORDINALITY
    AS staged (product_id, name, description, price_amount, price_currency, stock)`;

const MOVE = `
  WITH moved AS (
    DELETE FROM product_import WHERE import_id = $1 AND position > $2 AND position <= $3
    RETURNING product_id, name, description, price_amount, price_currency, stock
  )
  INSERT INTO product (id, name, description, price_amount, price_currency, stock) SELECT * FROM moved`;

const DISCARD = 'DELETE FROM product_import WHERE import_id = $1';

/** Deletes imports of processes that ended. */
const DISCARD_OLD = `DELETE FROM product_import WHERE staged_at < now() - interval '1 day'`;

/** Rows moved by one statement: about 20 MB with the longest descriptions, well within the statement timeout. */
const ROWS_PER_MOVE = 1_000;

/**
 * Stages the products of an import in a separate table, so that no transaction stays open while the client sends. At
 * the end, one transaction creates all products.
 */
export class StagedImport {
  readonly #pool: Pool;
  readonly #id = uuidv7();
  #count = 0;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Stages products until `apply` or `discard`, for at most a day. */
  async add(products: readonly ValidProduct[]): Promise<void> {
    await this.#pool.query({
      name: 'stage-products',
      text: STAGE,
      values: [this.#id, this.#count, ...productColumns(products)],
    });
    this.#count += products.length;
  }

  /**
   * Creates all staged products, or none.
   * @param signal after it aborts, no product is created
   * @returns the number of products
   */
  async apply(signal: AbortSignal): Promise<number> {
    await transaction(
      this.#pool,
      async (tx) => {
        let createdCount = 0;
        for (let after = 0; after < this.#count; after += ROWS_PER_MOVE) {
          signal.throwIfAborted();
          const values = [this.#id, after, after + ROWS_PER_MOVE];
          createdCount += (await tx.query({ name: 'move-products', text: MOVE, values })).rowCount ?? 0;
        }
        if (createdCount !== this.#count)
          throw new Error(
            `import ${this.#id} has only ${createdCount} of its ${this.#count} rows because it took more than one day; import again`,
          );
      },
      signal,
    );
    return this.#count;
  }

  /** Deletes the staged products. Has no effect after `apply`. */
  async discard(): Promise<void> {
    await this.#pool.query(DISCARD, [this.#id]);
  }
}

/** Deletes imports that are older than a day and whose processes ended. */
export async function discardOldImports(pool: Pool): Promise<void> {
  await pool.query(DISCARD_OLD);
}
