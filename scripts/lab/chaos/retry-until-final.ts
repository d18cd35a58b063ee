import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import type { OrderAnswer } from './order-answer.ts';

const MONEY = z.object({ amount: z.number(), currency: z.string() });
const ORDER = z.object({
  id: z.string(),
  total: MONEY,
  items: z.array(z.object({ productId: z.string(), quantity: z.number(), unitPrice: MONEY })),
});
const PROBLEM = z.object({ code: z.string().optional() });

/** A POST request that is safe to repeat because its headers carry an idempotency key. */
export interface IdempotentRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Timeout of one request. Longer than the gateway's deadline of 5 s. */
const REQUEST_TIMEOUT_MS = 8_000;
const MIN_BACK_OFF_MS = 50;
const MAX_BACK_OFF_MS = 1_000;
/** 4xx statuses that ask for a retry: request timeout, too early, too many requests. */
const RETRYABLE_STATUSES = [408, 425, 429];

/**
 * Sends a request until its answer is final, as a careful customer does: retries lost answers, server errors and
 * retryable statuses, with exponential back-off and jitter.
 *
 * @param onAttempt receives the status of each attempt; undefined if no complete answer arrived
 * @throws the signal's reason if it aborts
 */
export async function retryUntilFinal(
  request: IdempotentRequest,
  signal: AbortSignal,
  onAttempt: (status: number | undefined) => void,
): Promise<OrderAnswer> {
  for (let attempts = 1; ; attempts++) {
    const answer = await send(request, signal);
    onAttempt(answer?.status);
    if (answer && isFinal(answer.status)) return { ...answer, attempts };
    const backOffMs = Math.min(MAX_BACK_OFF_MS, MIN_BACK_OFF_MS * 2 ** (attempts - 1));
    await delay(backOffMs * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

function isFinal(status: number): boolean {
  return status < 500 && !RETRYABLE_STATUSES.includes(status);
}

/** Sends the request once. @returns undefined if no complete answer arrived */
async function send(
  request: IdempotentRequest,
  signal: AbortSignal,
): Promise<Omit<OrderAnswer, 'attempts'> | undefined> {
  const { url, headers, body } = request;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
    const response = await fetch(url, { method: 'POST', headers, body, signal: limit });
    const { status } = response;
    const text = await response.text();
    if (status === 201) return { status, order: readJson(ORDER, text, { name: url }) };
    const { code } = readJson(PROBLEM, text, { name: url });
    return { status, ...(code && { code }) };
  } catch {
    signal.throwIfAborted();
    // The outcome of a lost answer is unknown. The retry with the same key returns it.
    return undefined;
  }
}
