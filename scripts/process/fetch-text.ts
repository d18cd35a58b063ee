import { ResponseError } from '../../mesh/run/process/read-json.ts';

/** Maximum length of a response body in a message, in characters. */
const MAX_EXCERPT_LENGTH = 500;

/**
 * Sends a request and returns the response body.
 *
 * @param timeoutMs milliseconds until the whole response must have arrived. @default 30 s
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
    if (limit.aborted) throw new ResponseError({ name }, `no response within ${timeoutMs / 1_000} s`);
    throw new ResponseError({ name }, `failed: ${causeOf(error)}`);
  }
  throw new ResponseError({ name }, `responded with ${status}: ${text.trim().slice(0, MAX_EXCERPT_LENGTH)}`);
}

/** Returns the name of a request in messages: `GET http://...`. */
export function requestName(url: string, { method = 'GET' }: RequestInit = {}): string {
  return `${method} ${url}`;
}

/** Returns the message of the cause, as the error of `fetch` itself only says `fetch failed`. */
function causeOf(error: unknown): string {
  const { cause = error } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
}
