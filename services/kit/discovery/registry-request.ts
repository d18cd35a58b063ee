import type { z } from 'zod';
import { TimeLimit } from '../time/time-limit.ts';
import { freshConnections } from './fresh-connections.ts';
import { jsonLines } from './json-lines.ts';
import { type Body, readBody } from './read-body.ts';
import { RefusedRequest } from './refused-request.ts';

/** Longest answer that is taken, in characters: one that does not end must not fill the memory. */
const LONGEST_ANSWER = 16 << 20;

/** What is used of an answer over HTTP. */
export interface HttpAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Body | null;
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
  /** @default a connection for each request, with the certificates that Node.js trusts */
  readonly fetch?: Fetch;
}

const FETCH = freshConnections();

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
  const limit = new TimeLimit(request.signal, request.timeoutMs);
  try {
    const answer = await send(url, request, limit);
    const text = await textOf(answer, limit);
    return { value: parsed(url, schema, JSON.parse(text || 'null')), headers: answer.headers };
  } catch (error) {
    throw explained(error, url, request, limit);
  } finally {
    limit.end();
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
  const limit = new TimeLimit(request.signal, request.timeoutMs);
  let isBegun = false;
  try {
    const { body } = await send(url, request, limit);
    isBegun = true;
    limit.renew(request.lastsMs);
    for await (const line of jsonLines(readBody(body, limit))) yield parsed(url, schema, line);
  } catch (error) {
    if (!(isBegun && limit.isLate)) throw explained(error, url, request, limit);
  } finally {
    limit.end();
  }
}

async function send(
  url: string,
  { method = 'GET', body, headers, fetch: from = FETCH }: RegistryRequest,
  limit: TimeLimit,
): Promise<HttpAnswer> {
  const answer = await limit.race(
    from(url, {
      method,
      headers: { accept: 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: limit.signal,
    }),
  );
  if (answer.ok) return answer;
  throw new RefusedRequest(`${method} ${url}`, answer.status, await textOf(answer, limit));
}

async function textOf({ body }: HttpAnswer, limit: TimeLimit): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of readBody(body, limit)) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > LONGEST_ANSWER) throw new Error(`an answer of more than ${LONGEST_ANSWER} characters`);
  }
  return text;
}

function parsed<T>(url: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`what ${url} answers is wrong at '${issue?.path.join('.') ?? ''}': ${issue?.message}`);
}

function explained(
  error: unknown,
  url: string,
  { method = 'GET', timeoutMs }: RegistryRequest,
  { isLate }: TimeLimit,
): Error {
  const what = `${method} ${url}`;
  if (!(error instanceof Error)) return new Error(`${what} failed: ${String(error)}`);
  if (isLate) return new Error(`${what} is not answered within ${timeoutMs} ms`);
  if (error instanceof SyntaxError)
    return new Error(`${what} is answered with something else than JSON: ${error.message}`);
  // fetch says what failed in the cause alone.
  if (error instanceof TypeError) {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    return new Error(`${what} failed: ${reason}`, { cause: error });
  }
  return error;
}
