import type { ServerResponse } from 'node:http';

/**
 * Ends the answer to a HEAD after its headers, which are those of GET (RFC 9110, 9.3.2), and gives up the rest of
 * `source`: a stream of the callee would stay open.
 */
export function endHead(response: ServerResponse, source: AsyncIterator<unknown>): void {
  response.end();
  // Not waited for, and of no interest: the answer is complete.
  source.return?.().catch(() => {});
}
