import { isTlsFailure } from '../tls/tls-problem.ts';

/**
 * SQLSTATEs with which Postgres rejects a new connection: starting up or shutting down (57P03), too many connections
 * (53300), connection not established (08001), connection rejected (08004).
 * Source: PostgreSQL, appendix A, "PostgreSQL Error Codes".
 */
const REJECTED_CONNECTION = new Set(['57P03', '53300', '08001', '08004']);
/** The disk of the database is full: the statement had no effect, and its transaction fails. Source: as above. */
const DISK_FULL = '53100';
const UNREACHABLE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** Messages of pg-pool errors that have no code. */
const POOL_MESSAGES = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
]);

/**
 * Returns whether `error` proves that a statement had no effect, so that a retry is safe: no connection could be
 * opened, the TLS handshake failed, or the disk is full. A connection lost during a statement does not count, because
 * the statement may have been executed.
 */
export function isStoreUnavailable(error: unknown): boolean {
  if (isTlsFailure(error)) return true;
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  if (code !== undefined)
    return code === DISK_FULL || REJECTED_CONNECTION.has(String(code)) || UNREACHABLE.has(String(code));
  return POOL_MESSAGES.has(String(message));
}
