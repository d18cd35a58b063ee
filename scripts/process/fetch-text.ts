import { ResponseError } from '../../mesh/run/process/read-json.ts';

/** Longest part of an answer in a message, in characters. */
const MAX_EXCERPT_LENGTH = 500;

/**
 * Returns what a server answers.
 *
 * @param timeoutMs until the whole answer is there
 * @throws ResponseError that names the request, when it is refused or not answered in time; the signal's reason
 */
export async function fetchText(url: string, init: RequestInit = {}, timeoutMs = 30_000): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
  const name = requestName(url, init);
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, { ...init, signal });
    if (response.ok) return await response.text();
    status = response.status;
    text = await response.text();
  } catch (error) {
    init.signal?.throwIfAborted();
    if (limit.aborted) throw new ResponseError({ name }, `not answered within ${timeoutMs / 1_000} s`);
    throw new ResponseError({ name }, `failed: ${causeOf(error)}`);
  }
  throw new ResponseError({ name }, `answers ${status}: ${text.trim().slice(0, MAX_EXCERPT_LENGTH)}`);
}

/** Returns how messages name a request. */
export function requestName(url: string, { method = 'GET' }: RequestInit = {}): string {
  return `${method} ${url}`;
}

/** `fetch` says what failed in the cause alone. */
function causeOf(error: unknown): string {
  const { cause = error } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
}
