import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` in a transaction: committed when it resolves, rolled back when it throws.
 * @param signal of the call that it is done for: when it has aborted, nothing is committed
 * @throws what `work` throws; Error when the server rolls back instead of committing, because a statement failed whose
 *   error was not passed on
 */
export async function transaction<T>(
  pool: Pool,
  work: (tx: PoolClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const tx = await pool.connect();
  let broken: Error | undefined;
  const lose = (lost: Error) => {
    broken = lost;
  };
  // Without a listener, a connection that is lost between two statements would end the process.
  tx.on('error', lose);
  try {
    await tx.query('BEGIN');
    const result = await work(tx);
    signal?.throwIfAborted();
    // A failed transaction answers COMMIT with the command ROLLBACK, and with no error.
    const { command } = await tx.query('COMMIT');
    if (command !== 'COMMIT')
      throw new Error('the transaction was rolled back: one of its statements had failed');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK').catch(lose);
    throw error;
  } finally {
    tx.off('error', lose);
    tx.release(broken);
  }
}
