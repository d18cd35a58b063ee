import type { z } from 'zod';
import { RefusedRequest } from '../refused-request.ts';
import { requestJson, requestLines } from '../registry-request.ts';

/**
 * etcd's JSON gateway on one of the members of a cluster; the next one after each failure.
 * @see https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 */
export class EtcdGateway {
  readonly #urls: readonly string[];
  readonly #timeoutMs: number;
  #current = 0;

  /**
   * @param urls of the members: `http://127.0.0.1:2379`
   * @param timeoutMs for an answer, in milliseconds
   */
  constructor(urls: readonly string[], timeoutMs: number) {
    this.#urls = urls;
    this.#timeoutMs = timeoutMs;
  }

  get name(): string {
    return `etcd at ${this.#urls.join(',')}`;
  }

  /** @throws Error when this member does not answer as it should; the next request goes to another */
  async ask<T>(path: string, body: object, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const request = { method: 'POST', body, signal, timeoutMs: this.#timeoutMs } as const;
    try {
      return (await requestJson(this.#url(path), schema, request)).value;
    } catch (error) {
      this.#turn(error);
      throw error;
    }
  }

  /**
   * Ends without an error after `lastsMs` milliseconds.
   * @throws as `ask` does
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
      this.#turn(error);
      throw error;
    }
  }

  #url(path: string): string {
    return `${this.#urls[this.#current % this.#urls.length]}/v3/${path}`;
  }

  /** A member that refuses a request as wrong (4xx) is as good as another. */
  #turn(error: unknown): void {
    if (!(error instanceof RefusedRequest) || error.status >= 500) this.#current++;
  }
}

/** Keys and values are bytes, and in JSON base64. */
export function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

export function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
