import type { Pool } from 'pg';
import type { Metrics } from '../telemetry/metrics.ts';

/** Adds the connections of a pool to the metrics, under the name of its database. */
export function addPoolMetrics(metrics: Metrics, pool: Pool, database: string): void {
  const name = { db_client_connection_pool_name: database };
  metrics.gauge(
    'db_client_connection_count',
    { ...name, db_client_connection_state: 'idle' },
    () => pool.idleCount,
  );
  metrics.gauge(
    'db_client_connection_count',
    { ...name, db_client_connection_state: 'used' },
    () => pool.totalCount - pool.idleCount,
  );
  metrics.gauge('db_client_connection_max', name, () => pool.options.max);
  metrics.gauge('db_client_connection_pending_requests', name, () => pool.waitingCount);
}
