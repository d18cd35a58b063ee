import type { Dispatcher, Pool } from 'undici';
import { outsideTrace } from '../telemetry/tracing.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';

/** Callbacks of a request. Exactly one of the last three is called at the end, unless the request is aborted. */
export interface ResponseObserver {
  /** The request is about to be written to a connection. */
  onSent(): void;
  onResponse(response: HttpResponse): void;
  /** The response body is larger than the limit. */
  onTooLarge(): void;
  /** @param hasHeaders whether response headers had arrived */
  onError(error: Error, hasHeaders: boolean): void;
}

/**
 * Sends a request over one of a pool's connections and reads its response into memory.
 * @param maxBodyBytes maximum size of the response body
 * @returns a function that aborts the request; the observer is not called after it
 */
export function sendRequest(
  pool: Pool,
  request: HttpRequest,
  maxBodyBytes: number,
  observer: ResponseObserver,
): () => void {
  let controller: Dispatcher.DispatchController | undefined;
  let isOver = false;
  let head: Pick<HttpResponse, 'status' | 'headers'> | undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const abort = () => {
    if (isOver) return;
    isOver = true;
    controller?.abort(new Error('aborted'));
  };
  const { method, path, headers = {}, body } = request;
  const options = {
    method: method as Dispatcher.HttpMethod,
    path,
    headers,
    ...(body !== undefined && { body }),
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      controller = started;
      // The request may have been aborted while it waited for a connection.
      if (isOver) started.abort(new Error('aborted'));
      else observer.onSent();
    },
    onResponseStart: (_, status, received) => {
      if (status >= 200) head = { status, headers: received };
    },
    onResponseData: (_, chunk) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      else if (!isOver) {
        abort();
        observer.onTooLarge();
      }
    },
    onResponseEnd: () => {
      if (isOver || !head) return;
      isOver = true;
      observer.onResponse({ ...head, body: Buffer.concat(chunks) });
    },
    onResponseError: (_, error) => {
      if (isOver) return;
      isOver = true;
      observer.onError(error, head !== undefined);
    },
  };
  outsideTrace(() => pool.dispatch(options, handler));
  return abort;
}
