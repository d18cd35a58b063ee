import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import type { Answer } from './answer.ts';

const MONEY = z.object({ amount: z.number(), currency: z.string() });
const ORDER = z.object({
  id: z.string(),
  total: MONEY,
  items: z.array(z.object({ productId: z.string(), quantity: z.number(), unitPrice: MONEY })),
});
const PROBLEM = z.object({ code: z.string().optional() });

/** A request that may be repeated: its headers hold an idempotency key. */
export interface Repeatable {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Milliseconds until an answer counts as lost: longer than the gateway's deadline of 5 s. */
const LOST_MS = 8_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** Refusals that ask for a repeat: too slow, too early, too many. */
const AGAIN = [408, 425, 429];

/**
 * Sends a request again and again, as a careful customer does, until the answer is final: neither lost nor a failure of
 * the server.
 * @param onTry is told of each status, undefined where there was no answer
 * @throws the signal's reason when it aborts
 */
export async function askUntilFinal(
  request: Repeatable,
  signal: AbortSignal,
  onTry: (status: number | undefined) => void,
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await ask(request, signal);
    onTry(answer?.status);
    if (answer && isFinal(answer.status)) return { ...answer, tries };
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
    await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

function isFinal(status: number): boolean {
  return status < 500 && !AGAIN.includes(status);
}

/** The answer; undefined when none came, or a part of it. */
async function ask(request: Repeatable, signal: AbortSignal): Promise<Omit<Answer, 'tries'> | undefined> {
  const { url, headers, body } = request;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LOST_MS)]);
    const response = await fetch(url, { method: 'POST', headers, body, signal: limit });
    const { status } = response;
    const text = await response.text();
    if (status === 201) return { status, order: readJson(ORDER, text, { name: url }) };
    const { code } = readJson(PROBLEM, text, { name: url });
    return { status, ...(code && { code }) };
  } catch {
    signal.throwIfAborted();
    // Whatever was lost, a repeat finds out.
    return undefined;
  }
}
