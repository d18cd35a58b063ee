import { context } from '@opentelemetry/api';
import { Pool, type PoolClient } from 'pg';
import { outsideTrace } from '../telemetry/tracing.ts';

type OnConnect = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (error?: Error | boolean) => void,
) => void;

/**
 * A pool that keeps the trace of each statement. A statement that waits for a connection starts when another releases
 * one, and would otherwise belong to the trace of that other. A connection belongs to no trace, because it outlives the
 * request that opens it.
 */
export class StorePool extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(callback: OnConnect): void;
  override connect(callback?: OnConnect): Promise<PoolClient> | undefined {
    // The continuation of a promise keeps its own context.
    if (!callback) return outsideTrace(() => super.connect());
    const bound = context.bind(context.active(), callback);
    outsideTrace(() => super.connect(bound));
    return undefined;
  }
}
