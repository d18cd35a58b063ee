import type { z } from 'zod';
import { RegistryStatusError, requestJson, requestLines } from '../registry-request.ts';

/**
 * Sends requests to etcd's JSON gateway. Uses one member of the cluster, and switches to the next member after a
 * failure.
 * @see https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 */
export class EtcdGateway {
  readonly #urls: readonly string[];
  readonly #timeoutMs: number;
  #current = 0;

  /**
   * @param urls of the members: `http://127.0.0.1:2379`
   * @param timeoutMs time limit for a response, in milliseconds
   */
  constructor(urls: readonly string[], timeoutMs: number) {
    this.#urls = urls;
    this.#timeoutMs = timeoutMs;
  }

  get name(): string {
    return `etcd at ${this.#urls.join(',')}`;
  }

  /**
   * Sends a request and parses the JSON response.
   * @throws Error if the member fails or responds with invalid data; the next request goes to another member
   */
  async request<T>(path: string, body: object, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const request = { method: 'POST', body, signal, timeoutMs: this.#timeoutMs } as const;
    try {
      return (await requestJson(this.#url(path), schema, request)).value;
    } catch (error) {
      this.#failOver(error);
      throw error;
    }
  }

  /**
   * Yields the messages of a stream. Ends without an error after `lastsMs` milliseconds.
   * @throws as `request`
   */
  async *stream<T>(
    path: string,
    body: object,
    schema: z.ZodType<T>,
    lastsMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<T> {
    const request = { method: 'POST', body, signal, timeoutMs: this.#timeoutMs, lastsMs } as const;
    try {
      yield* requestLines(this.#url(path), schema, request);
    } catch (error) {
      this.#failOver(error);
      throw error;
    }
  }

  #url(path: string): string {
    return `${this.#urls[this.#current % this.#urls.length]}/v3/${path}`;
  }

  /** Switches to the next member, unless the request itself was wrong (4xx). */
  #failOver(error: unknown): void {
    if (!(error instanceof RegistryStatusError) || error.status >= 500) this.#current++;
  }
}

/** Encodes a key or value, which are bytes, for etcd's JSON: as base64. */
export function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Decodes a key or value from base64 to text. */
export function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
