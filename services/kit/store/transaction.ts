import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` in a transaction, which is committed when `work` resolves and rolled back when it throws.
 * @param signal of the call that the transaction serves; nothing is committed after it aborts
 * @throws what `work` throws; Error when Postgres rolls back instead of committing, because `work` swallowed the error
 *   of a failed statement
 */
export async function transaction<T>(
  pool: Pool,
  work: (tx: PoolClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const tx = await pool.connect();
  let connectionError: Error | undefined;
  const onError = (error: Error) => {
    connectionError = error;
  };
  // Without a listener, a connection that is lost between two statements would end the process.
  tx.on('error', onError);
  try {
    await tx.query('BEGIN');
    const result = await work(tx);
    signal?.throwIfAborted();
    // In a failed transaction Postgres responds to COMMIT with the command ROLLBACK and without an error.
    const { command } = await tx.query('COMMIT');
    if (command !== 'COMMIT')
      throw new Error('the transaction was rolled back because one of its statements failed');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK').catch(onError);
    throw error;
  } finally {
    tx.off('error', onError);
    // With an error the connection is closed instead of returned to the pool.
    tx.release(connectionError);
  }
}
