import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Writes `text` and waits, when the client reads slowly, until it has room for more. */
export async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (!response.write(text)) await once(response, 'drain', { signal });
}
