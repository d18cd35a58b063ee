import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Writes `text`, and waits for the buffer to drain if the client reads slowly. */
export async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (!response.write(text)) await once(response, 'drain', { signal });
}
