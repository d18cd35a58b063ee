import { isTlsFailure } from '../tls/tls-problem.ts';

/**
 * SQLSTATEs with which Postgres turns a new connection away: not yet, or no longer, accepting (57P03),
 * too many (53300), not established (08001), rejected (08004).
 * Source: PostgreSQL, appendix A, "PostgreSQL Error Codes".
 */
const TURNED_AWAY = new Set(['57P03', '53300', '08001', '08004']);
/** The disk of the database is full: the statement was taken back, and its transaction fails. Source: as above. */
const DISK_FULL = '53100';
const NOT_REACHED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** What pg-pool says without a code. */
const UNCODED = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
]);

/**
 * Whether `error` says that no connection to the database could be had, or that it has no room, so that nothing was done
 * and a repeat is safe. A failed TLS handshake counts, since nothing was sent. A connection lost on the way does not count:
 * its statement may have been executed.
 */
export function isStoreAway(error: unknown): boolean {
  if (isTlsFailure(error)) return true;
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  if (code !== undefined)
    return code === DISK_FULL || TURNED_AWAY.has(String(code)) || NOT_REACHED.has(String(code));
  return UNCODED.has(String(message));
}
