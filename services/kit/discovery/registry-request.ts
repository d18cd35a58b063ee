import { Agent, fetch as undiciFetch } from 'undici';
import type { z } from 'zod';
import { TimeLimit } from '../time/time-limit.ts';
import { parseJsonLines, type ResponseBody, readBody } from './response-body.ts';

/** Maximum length of a response, in characters: an endless response must not exhaust the memory. */
const MAX_BODY_LENGTH = 16 << 20;

/** The fields of an HTTP response that this file uses. */
export interface RegistryHttpResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: ResponseBody | null;
}

/** The part of `fetch` that this file uses. Replaced for a registry with its own certificates. */
export type RegistryFetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<RegistryHttpResponse>;

export interface RegistryRequest {
  /** @default 'GET' */
  readonly method?: 'GET' | 'PUT' | 'POST';
  /** Sent as JSON. @default no body */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Time limit for the complete response, or for the first byte of a stream, in milliseconds. */
  readonly timeoutMs: number;
  /** @default one connection per request, with the CA certificates that Node.js trusts */
  readonly fetch?: RegistryFetch;
}

/** The registry responded with a status other than 2xx. */
export class RegistryStatusError extends Error {
  override readonly name = 'RegistryStatusError';
  /** HTTP status. */
  readonly status: number;

  constructor(request: string, status: number, body: string) {
    super(`${request} failed with status ${status}: ${body.trim().slice(0, 200) || 'no reason given'}`);
    this.status = status;
  }
}

/**
 * Returns a `fetch` that opens a new connection for each request. The peer of a pooled connection may have vanished
 * without closing it, and one request on each such connection would fail only at its timeout. A registry receives one
 * request every few seconds, so new connections cost little.
 * @param tls CA certificates as PEM. @default those that Node.js trusts
 */
export function fetchWithoutKeepAlive(tls: { readonly ca?: string } = {}): RegistryFetch {
  const dispatcher = new Agent({ pipelining: 0, connect: tls });
  return (url, init) => undiciFetch(url, { ...init, dispatcher });
}

const DEFAULT_FETCH = fetchWithoutKeepAlive();

/**
 * Requests JSON, and validates it with `schema`.
 * @throws RegistryStatusError for a status other than 2xx; Error that names the request if there is no valid response
 *   in time
 */
export async function requestJson<T>(
  url: string,
  schema: z.ZodType<T>,
  request: RegistryRequest,
): Promise<{ readonly value: T; readonly headers: RegistryHttpResponse['headers'] }> {
  const limit = new TimeLimit(request.signal, request.timeoutMs);
  try {
    const response = await send(url, request, limit);
    const text = await readText(response, limit);
    return { value: validate(url, schema, JSON.parse(text || 'null')), headers: response.headers };
  } catch (error) {
    throw explain(error, url, request, limit);
  } finally {
    limit.end();
  }
}

/**
 * Requests a stream of JSON values, one per line, and validates each with `schema`. Ends without an error after
 * `lastsMs` milliseconds: the caller then requests again, and so detects a peer that vanished without closing the
 * connection.
 * @throws as requestJson
 */
export async function* requestLines<T>(
  url: string,
  schema: z.ZodType<T>,
  request: RegistryRequest & { readonly lastsMs: number },
): AsyncGenerator<T> {
  const limit = new TimeLimit(request.signal, request.timeoutMs);
  let hasBegun = false;
  try {
    const { body } = await send(url, request, limit);
    hasBegun = true;
    limit.renew(request.lastsMs);
    for await (const line of parseJsonLines(readBody(body, limit))) yield validate(url, schema, line);
  } catch (error) {
    if (!(hasBegun && limit.isLate)) throw explain(error, url, request, limit);
  } finally {
    limit.end();
  }
}

async function send(
  url: string,
  { method = 'GET', body, headers, fetch = DEFAULT_FETCH }: RegistryRequest,
  limit: TimeLimit,
): Promise<RegistryHttpResponse> {
  const response = await limit.race(
    fetch(url, {
      method,
      headers: { accept: 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: limit.signal,
    }),
  );
  if (response.ok) return response;
  throw new RegistryStatusError(`${method} ${url}`, response.status, await readText(response, limit));
}

async function readText({ body }: RegistryHttpResponse, limit: TimeLimit): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of readBody(body, limit)) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_BODY_LENGTH)
      throw new Error(`the response is longer than ${MAX_BODY_LENGTH} characters`);
  }
  return text;
}

function validate<T>(url: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`response of ${url} is invalid at '${issue?.path.join('.') ?? ''}': ${issue?.message}`);
}

/** Returns an error that names the request. */
function explain(
  error: unknown,
  url: string,
  { method = 'GET', timeoutMs }: RegistryRequest,
  { isLate }: TimeLimit,
): Error {
  const request = `${method} ${url}`;
  if (!(error instanceof Error)) return new Error(`${request} failed: ${String(error)}`);
  if (isLate) return new Error(`${request} had no response within ${timeoutMs} ms`);
  if (error instanceof SyntaxError)
    return new Error(`${request} had a response that is not JSON: ${error.message}`);
  // fetch reports the reason in the cause only.
  if (error instanceof TypeError) {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    return new Error(`${request} failed: ${reason}`, { cause: error });
  }
  return error;
}
