import type { ServerResponse } from 'node:http';

/**
 * Ends the response to a HEAD after its headers, which are those of GET (RFC 9110, 9.3.2). Closes `source`, so that no
 * stream of the callee stays open.
 */
export function endHead(response: ServerResponse, source: AsyncIterator<unknown>): void {
  response.end();
  // Ignores errors of the source, because the response is complete.
  source.return?.().catch(() => {});
}
