import type { z } from 'zod';
import { jsonLines } from './json-lines.ts';

/** What is used of an answer over HTTP. */
export interface HttpAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
}

/** The part of `fetch` that is used, so that a registry may have its own certificates. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<HttpAnswer>;

export interface RegistryRequest {
  /** @default 'GET' */
  readonly method?: 'GET' | 'PUT' | 'POST';
  /** Sent as JSON. @default nothing */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Until the whole answer is there; of a stream until it begins. In milliseconds. */
  readonly timeoutMs: number;
  /** @default Node's */
  readonly fetch?: Fetch;
}

/** A registry answers, and refuses. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly status: number;

  constructor(what: string, status: number, body: string) {
    super(`${what} is answered ${status}: ${body.trim().slice(0, 200) || 'without a reason'}`);
    this.status = status;
  }
}

/**
 * Asks for something that `schema` describes.
 * @throws RefusedRequest for a status that is not 2xx; Error that names the request when there is no answer in time or it
 *   is something else
 */
export async function requestJson<T>(
  url: string,
  schema: z.ZodType<T>,
  request: RegistryRequest,
): Promise<{ readonly value: T; readonly headers: HttpAnswer['headers'] }> {
  const { answer, end } = await send(url, request);
  try {
    return {
      value: parsed(url, schema, JSON.parse((await answer.text()) || 'null')),
      headers: answer.headers,
    };
  } catch (error) {
    throw explained(error, url, request);
  } finally {
    end();
  }
}

/**
 * Asks for a stream of JSON values, one a line, each as `schema` describes. Ends without an error after `lastsMs`
 * milliseconds, so that a peer that is gone without a word is noticed by asking again.
 * @throws as requestJson does
 */
export async function* requestLines<T>(
  url: string,
  schema: z.ZodType<T>,
  request: RegistryRequest & { readonly lastsMs: number },
): AsyncGenerator<T> {
  const over = AbortSignal.timeout(request.lastsMs);
  const { answer, end } = await send(url, { ...request, signal: AbortSignal.any([request.signal, over]) });
  end();
  try {
    for await (const line of jsonLines(answer.body ?? [])) yield parsed(url, schema, line);
  } catch (error) {
    if (!over.aborted) throw explained(error, url, request);
  }
}

async function send(url: string, request: RegistryRequest) {
  const { method = 'GET', body, headers, timeoutMs, fetch: from = fetch as Fetch } = request;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException('too late', 'TimeoutError')), timeoutMs).unref();
  const end = () => clearTimeout(timer);
  try {
    const answer = await from(url, {
      method,
      headers: { accept: 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([request.signal, late.signal]),
    });
    if (answer.ok) return { answer, end };
    throw new RefusedRequest(`${method} ${url}`, answer.status, await answer.text());
  } catch (error) {
    end();
    throw explained(error, url, request);
  }
}

function parsed<T>(url: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`what ${url} answers is wrong at '${issue?.path.join('.') ?? ''}': ${issue?.message}`);
}

function explained(error: unknown, url: string, { method = 'GET', timeoutMs }: RegistryRequest): Error {
  const what = `${method} ${url}`;
  if (!(error instanceof Error)) return new Error(`${what} failed: ${String(error)}`);
  if (error.name === 'TimeoutError') return new Error(`${what} is not answered within ${timeoutMs} ms`);
  if (error instanceof SyntaxError)
    return new Error(`${what} is answered with something else than JSON: ${error.message}`);
  // fetch says what failed in the cause alone.
  if (error instanceof TypeError) {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    return new Error(`${what} failed: ${reason}`, { cause: error });
  }
  return error;
}
