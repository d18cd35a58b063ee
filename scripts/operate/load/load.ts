import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { urlToHttpOptions } from 'node:url';

/** What is sent. */
export interface LoadRequest {
  readonly url: string;
  /** @default GET */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What became of a request. */
export interface Outcome {
  /** Milliseconds from the start of the load to when it was due. */
  readonly due: number;
  /** Milliseconds from then to the end of its answer, or until it was given up. */
  readonly took: number;
  /** Undefined when there was no answer. */
  readonly status?: number;
}

export interface LoadOptions {
  /** What to get, in turn: http URLs. Not needed with `request`. */
  readonly urls?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What to send in turn, in place of getting `urls`; counted from 0. */
  readonly request?: (turn: number) => LoadRequest;
  /** Is told what became of each request, as soon as that is known. */
  readonly onEnd?: (outcome: Outcome) => void;
  /** Requests a second, begun at even distances whatever becomes of those before. */
  readonly rate: number;
  /** How many to send. */
  readonly requests: number;
  /** Ends the sending early; what is on its way is waited for. */
  readonly stop?: AbortSignal;
  /** Milliseconds until an answer is given up, counted from when the request was due. @default 10 s */
  readonly timeoutMs?: number;
  /** Connections at once; a request that finds none free waits. @default 256 */
  readonly connections?: number;
  /** Says of an answer what it shows, to be counted. @default nothing is counted */
  readonly mark?: (body: string) => string | undefined;
}

export interface Load {
  readonly sent: number;
  /** Number of answers by HTTP status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that got no answer, or one with a status of 400 or more. */
  readonly failures: readonly Failure[];
  /**
   * Milliseconds to the end of each answer that is no failure, in ascending order. Counted from when the request was
   * due: one that started late has waited, and that is part of what a user would see.
   */
  readonly latencies: readonly number[];
  /** Answers by what they show. */
  readonly marks: Readonly<Record<string, number>>;
}

export interface Failure {
  /** Milliseconds from the start of the load to when the request was due. */
  readonly at: number;
  readonly url: string;
  /** Undefined when there was no answer. */
  readonly status?: number;
  readonly reason: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A reason longer than this, in characters, is cut. */
const REASON = 1_000;

/**
 * Sends requests at a constant rate, over connections that are kept. Open loop: slow answers delay no request, so that
 * they cannot hide in a lower rate. Nothing is sent twice.
 */
export async function sendLoad(options: LoadOptions): Promise<Load> {
  const { urls = [], headers = {}, rate, requests, stop, timeoutMs = 10_000, connections = 256 } = options;
  const { request: next = (turn: number) => ({ url: urls[turn % urls.length] ?? '', headers }) } = options;
  // In turn, so that no connection lies idle until its other end gives it up.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const statuses: Record<string, number> = {};
  const marks: Record<string, number> = {};
  const failures: Failure[] = [];
  const latencies: number[] = [];
  const start = performance.now();

  const send = async (outgoing: LoadRequest, due: number) => {
    const { url } = outgoing;
    const fail = (reason: string, status?: number) =>
      failures.push({ at: due - start, url, ...(status && { status }), reason: reason.slice(0, REASON) });
    try {
      const { status, body } = await exchange(outgoing, agent, due + timeoutMs);
      options.onEnd?.({ due: due - start, took: performance.now() - due, status });
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status >= 400) return fail(body, status);
      latencies.push(performance.now() - due);
      const mark = options.mark?.(body);
      if (mark !== undefined) marks[mark] = (marks[mark] ?? 0) + 1;
    } catch (error) {
      options.onEnd?.({ due: due - start, took: performance.now() - due });
      fail((error as Error).message);
    }
  };

  const underWay: Promise<unknown>[] = [];
  try {
    while (underWay.length < requests && !stop?.aborted) {
      const due = start + (underWay.length * 1_000) / rate;
      const wait = due - performance.now();
      if (wait > 0) await pause(wait, stop);
      if (stop?.aborted) break;
      underWay.push(send(next(underWay.length), due));
    }
    await Promise.all(underWay);
  } finally {
    agent.destroy();
  }
  latencies.sort((a, b) => a - b);
  return { sent: underWay.length, statuses, failures, latencies, marks };
}

/** @throws Error with the reason when there is no whole answer until `deadline`, as performance.now() counts */
function exchange(
  { url, method = 'GET', headers, body = '' }: LoadRequest,
  agent: Agent,
  deadline: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const to = urlToHttpOptions(new URL(url));
    const outgoing = request({ ...to, method, headers: { ...headers }, agent });
    const timer = setTimeout(
      () => outgoing.destroy(new Error('no answer in time')),
      Math.max(0, deadline - performance.now()),
    );
    const end = (settle: () => void) => {
      clearTimeout(timer);
      settle();
    };
    const refuse = (error: Error) =>
      end(() =>
        reject(outgoing.reusedSocket ? new Error(`${error.message}, on a connection used before`) : error),
      );
    outgoing.on('error', refuse);
    outgoing.on('response', (incoming) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.on('error', refuse);
      incoming.on('end', () => end(() => resolve({ status: incoming.statusCode ?? 0, body })));
    });
    outgoing.end(body);
  });
}

async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal ? { signal } : {});
  } catch {
    // Aborted: the caller looks.
  }
}
