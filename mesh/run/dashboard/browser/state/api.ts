import type { ProblemView } from '../../api/views.ts';

/** A request that the server refused or did not answer. The message is meant for the reader of the page. */
export class ApiRequestError extends Error {
  /** HTTP status; 0 if there was no response. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.name = 'ApiRequestError';
    this.status = status;
  }
}

const NO_RESPONSE = 'The dashboard does not respond.';
const NO_ACCESS = 'The token is missing or wrong. Open the address that npm start printed.';

/**
 * Reads a JSON document of the server.
 * @param path with its query: `/api/traces?limit=50`
 * @throws ApiRequestError if the request fails; the reason of `signal` if it was aborted
 */
export function readView<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request<T>(path, signal ? { signal } : {});
}

/** Sends a command to the server, and returns the JSON document of its response, if it has one. @throws ApiRequestError */
export function sendCommand<T>(path: string, body?: Blob): Promise<T | undefined> {
  return request<T | undefined>(path, { method: 'POST', ...(body && { body }) });
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new ApiRequestError(error instanceof TypeError ? NO_RESPONSE : String(error), 0);
  }
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  if (response.status === 401) throw new ApiRequestError(NO_ACCESS, 401);
  throw new ApiRequestError(
    detailOf(text) ?? `The server responded with ${response.status}.`,
    response.status,
  );
}

/** Returns the detail of a problem document; undefined if the body is none. */
function detailOf(body: string): string | undefined {
  try {
    const { detail, title } = JSON.parse(body) as Partial<ProblemView>;
    return detail || title;
  } catch {
    return undefined;
  }
}

/** Builds the query of a request. Empty values are left out. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const entries = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  const query = new URLSearchParams(entries).toString();
  return query === '' ? '' : `?${query}`;
}
