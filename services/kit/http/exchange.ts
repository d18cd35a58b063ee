import type { Dispatcher, Pool } from 'undici';
import type { HttpRequest, HttpResponse } from './http-message.ts';

/** Who is told what becomes of a request. One of the last three is the end. */
export interface Exchange {
  /** It is about to leave this process, on a connection. */
  sent(): void;
  answered(response: HttpResponse): void;
  /** The answer has more bytes than it may. */
  tooLarge(): void;
  /** @param begun whether response headers had come */
  broken(error: Error, begun: boolean): void;
}

/**
 * Sends a request over one of a pool's connections and reads its answer.
 * @param most bytes that the answer may have
 * @returns what gives it up, after which nothing is told
 */
export function exchange(pool: Pool, request: HttpRequest, most: number, told: Exchange): () => void {
  let controller: Dispatcher.DispatchController | undefined;
  let isOver = false;
  let head: Pick<HttpResponse, 'status' | 'headers'> | undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const abort = () => {
    if (isOver) return;
    isOver = true;
    controller?.abort(new Error('given up'));
  };
  const { method, path, headers = {}, body } = request;
  pool.dispatch(
    { method: method as Dispatcher.HttpMethod, path, headers, ...(body !== undefined && { body }) },
    {
      onRequestStart: (started) => {
        controller = started;
        // It was given up while it waited for a connection.
        if (isOver) started.abort(new Error('given up'));
        else told.sent();
      },
      onResponseStart: (_, status, received) => {
        if (status >= 200) head = { status, headers: received };
      },
      onResponseData: (_, chunk) => {
        bytes += chunk.length;
        if (bytes <= most) chunks.push(chunk);
        else if (!isOver) {
          abort();
          told.tooLarge();
        }
      },
      onResponseEnd: () => {
        if (isOver || !head) return;
        isOver = true;
        told.answered({ ...head, body: Buffer.concat(chunks) });
      },
      onResponseError: (_, error) => {
        if (isOver) return;
        isOver = true;
        told.broken(error, head !== undefined);
      },
    },
  );
  return abort;
}
