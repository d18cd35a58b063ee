import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { urlToHttpOptions } from 'node:url';

/** A request of a load. */
export interface LoadRequest {
  readonly url: string;
  /** @default GET */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The outcome of one request. */
export interface LoadOutcome {
  /** Scheduled start of the request, in milliseconds after the start of the load. */
  readonly dueMs: number;
  /** Milliseconds from the scheduled start to the end of the response, or to the timeout. */
  readonly durationMs: number;
  /** HTTP status; undefined without a response. */
  readonly status?: number;
}

export interface LoadOptions {
  /** The http URLs to GET, in rotation. Ignored with `request`. */
  readonly urls?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Returns the request with the given index, from 0. @default a GET of `urls` with `headers` */
  readonly request?: (turn: number) => LoadRequest;
  /** Receives the outcome of each request when the request ends. */
  readonly onEnd?: (outcome: LoadOutcome) => void;
  /** Requests per second, started at even intervals, whether or not earlier ones have ended. */
  readonly rate: number;
  /** Number of requests to send. */
  readonly requests: number;
  /** Stops sending. Requests in flight are awaited. */
  readonly stop?: AbortSignal;
  /** Timeout of a response, in milliseconds after the scheduled start of its request. @default 10 s */
  readonly timeoutMs?: number;
  /** Maximum number of connections; a request without a free connection waits. @default 256 */
  readonly connections?: number;
  /** Returns the label under which a response body is counted. @default bodies are not counted */
  readonly mark?: (body: string) => string | undefined;
}

export interface Load {
  readonly sent: number;
  /** Number of responses by HTTP status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests without a response, or with a status of 400 or more. */
  readonly failures: readonly LoadFailure[];
  /**
   * Milliseconds from the scheduled start to the end of each successful response, in ascending order. Including the
   * wait of a request that started late avoids coordinated omission.
   */
  readonly latencies: readonly number[];
  /** Number of responses by the label that `mark` returned. */
  readonly marks: Readonly<Record<string, number>>;
}

export interface LoadFailure {
  /** Scheduled start of the request, in milliseconds after the start of the load. */
  readonly at: number;
  readonly url: string;
  /** HTTP status; undefined without a response. */
  readonly status?: number;
  readonly reason: string;
}

interface LoadResponse {
  readonly status: number;
  readonly body: string;
}

/** Maximum length of a failure's reason, in characters. */
const MAX_REASON_LENGTH = 1_000;

/**
 * Sends requests at a constant rate over keep-alive connections. The load is an open loop: a slow response does not
 * delay later requests, so that slowness cannot hide in a lower rate. Requests are not retried.
 */
export async function sendLoad(options: LoadOptions): Promise<Load> {
  const { urls = [], headers = {}, rate, requests, stop, timeoutMs = 10_000, connections = 256 } = options;
  const { request: next = (turn: number) => ({ url: urls[turn % urls.length] ?? '', headers }) } = options;
  // FIFO scheduling uses every connection, so that no connection idles until the server closes it.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const statuses: Record<string, number> = {};
  const marks: Record<string, number> = {};
  const failures: LoadFailure[] = [];
  const latencies: number[] = [];
  const start = performance.now();

  const send = async (outgoing: LoadRequest, dueAt: number) => {
    const { url } = outgoing;
    const fail = (reason: string, status?: number) =>
      failures.push({
        at: dueAt - start,
        url,
        ...(status && { status }),
        reason: reason.slice(0, MAX_REASON_LENGTH),
      });
    try {
      const { status, body } = await sendRequest(outgoing, agent, dueAt + timeoutMs);
      options.onEnd?.({ dueMs: dueAt - start, durationMs: performance.now() - dueAt, status });
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status >= 400) return fail(body, status);
      latencies.push(performance.now() - dueAt);
      const mark = options.mark?.(body);
      if (mark !== undefined) marks[mark] = (marks[mark] ?? 0) + 1;
    } catch (error) {
      options.onEnd?.({ dueMs: dueAt - start, durationMs: performance.now() - dueAt });
      fail((error as Error).message);
    }
  };

  const pending: Promise<unknown>[] = [];
  try {
    while (pending.length < requests && !stop?.aborted) {
      const dueAt = start + (pending.length * 1_000) / rate;
      const wait = dueAt - performance.now();
      if (wait > 0) await pause(wait, stop);
      if (stop?.aborted) break;
      pending.push(send(next(pending.length), dueAt));
    }
    await Promise.all(pending);
  } finally {
    agent.destroy();
  }
  latencies.sort((a, b) => a - b);
  return { sent: pending.length, statuses, failures, latencies, marks };
}

/**
 * Sends one request. @throws Error with the reason, if the response is incomplete at `deadline` (by performance.now())
 */
function sendRequest(
  { url, method = 'GET', headers, body = '' }: LoadRequest,
  agent: Agent,
  deadline: number,
): Promise<LoadResponse> {
  return new Promise((resolve, reject) => {
    const target = urlToHttpOptions(new URL(url));
    const outgoing = request({ ...target, method, headers: { ...headers }, agent });
    const timer = setTimeout(
      () => outgoing.destroy(new Error('no response in time')),
      Math.max(0, deadline - performance.now()),
    );
    const end = (settle: () => void) => {
      clearTimeout(timer);
      settle();
    };
    const fail = (error: Error) =>
      end(() =>
        reject(outgoing.reusedSocket ? new Error(`${error.message}, on a connection used before`) : error),
      );
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.on('error', fail);
      incoming.on('end', () => end(() => resolve({ status: incoming.statusCode ?? 0, body })));
    });
    outgoing.end(body);
  });
}

async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal ? { signal } : {});
  } catch {
    // The caller checks whether the signal has aborted.
  }
}
