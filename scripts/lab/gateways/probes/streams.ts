import { z } from 'zod';
import { readJson } from '../../../../mesh/run/process/read-json.ts';
import type { GatewayProbe, ProbeTarget } from '../probe.ts';

const PRODUCTS = z.object({ items: z.array(z.object({ id: z.string() })) });

const PART_TIMEOUT_MS = 5_000;

/** Returns the first part of a streamed response, and ends the stream. */
async function firstPart(
  { url }: ProbeTarget,
  path: string,
  init: RequestInit & { readonly duplex?: 'half' },
): Promise<string> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), PART_TIMEOUT_MS);
  try {
    const response = await fetch(new URL(path, url), { ...init, signal: end.signal });
    const type = response.headers.get('content-type')?.split(';')[0];
    const part = await response.body?.getReader().read();
    return `${response.status} ${type}; ${part?.value ? 'the first part at once' : 'no part'}`;
  } catch {
    return `no part within ${PART_TIMEOUT_MS} ms`;
  } finally {
    clearTimeout(timer);
    end.abort();
  }
}

/** Returns the id of a product. */
async function anyProduct({ url }: ProbeTarget): Promise<string> {
  const response = await fetch(new URL('/v1/products?limit=1', url));
  const { items } = readJson(PRODUCTS, await response.text(), { name: 'GET /v1/products' });
  const id = items[0]?.id;
  if (id === undefined) throw new Error(`the catalogue at ${url} has no product; use a shop with seed data`);
  return id;
}

export const STREAM_PROBES: readonly GatewayProbe[] = [
  {
    name: 'server-sent events that do not end',
    answer: '200 text/event-stream; the first part at once',
    send: async (target) => firstPart(target, `/v1/products/${await anyProduct(target)}/stock/events`, {}),
  },
  {
    name: 'lines that are answered before the request ends',
    answer: '200 application/x-ndjson; the first part at once',
    async send(target) {
      const line = JSON.stringify({ items: [{ productId: await anyProduct(target), quantity: 1 }] });
      let ending: ReadableStreamDefaultController<Uint8Array> | undefined;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          ending = controller;
          controller.enqueue(new TextEncoder().encode(`${line}\n`));
        },
      });
      const headers = { 'content-type': 'application/x-ndjson' };
      const answer = await firstPart(target, '/v1/quotes', { method: 'POST', headers, body, duplex: 'half' });
      try {
        ending?.close();
      } catch {
        // fetch has already cancelled the body.
      }
      return answer;
    },
  },
];
