import type { ServerResponse } from 'node:http';

/**
 * Ends the answer to a HEAD after its headers, which are those of GET (RFC 9110, 9.3.2), and closes `source`, so that no
 * stream of the callee stays open.
 */
export function endHead(response: ServerResponse, source: AsyncIterator<unknown>): void {
  response.end();
  // The answer is complete: neither the end nor an error of the source changes it.
  source.return?.().catch(() => {});
}
