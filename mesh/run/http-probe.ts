import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** An `httpGet` probe of a local port. */
export interface HttpProbe {
  readonly port: number;
  readonly path: string;
  readonly periodMs: number;
  readonly timeoutMs: number;
  /** Consecutive failures that make a passing probe fail. */
  readonly failureThreshold: number;
  /** Consecutive successes that make a failing probe pass again. */
  readonly successThreshold: number;
  /** Delay before the first request. */
  readonly initialDelayMs: number;
}

/** Interval of requests to a process that is starting. Kubernetes would wait for a whole period. */
const STARTUP_POLL_INTERVAL_MS = 50;

/** Sends one request. Resolves to whether it succeeds in time with a status from 200 to 399, as in Kubernetes. */
export function sendProbe({ port, path, timeoutMs }: HttpProbe, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const request = get({ host: '127.0.0.1', port, path, agent: false, signal: limit }, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 400);
    });
    request.once('error', () => resolve(false));
  });
}

/**
 * Sends requests until the first success.
 *
 * @throws Error if none succeeds within the initial delay plus period times failure threshold, or if `signal` aborts
 */
export async function untilFirstSuccess(probe: HttpProbe, signal: AbortSignal): Promise<void> {
  // The initial delay extends the deadline but does not postpone the first request, so that a fast process is ready
  // sooner.
  const budgetMs = probe.initialDelayMs + probe.periodMs * probe.failureThreshold;
  const end = performance.now() + budgetMs;
  while (!(await sendProbe(probe, signal))) {
    if (performance.now() > end)
      throw new Error(`did not respond to ${probe.path} within ${budgetMs / 1_000} s`);
    await delay(STARTUP_POLL_INTERVAL_MS, undefined, { signal });
  }
}

/**
 * Sends a request every period until `signal` aborts. Calls `onChange` after `failureThreshold` consecutive failures,
 * and again after `successThreshold` consecutive successes.
 */
export async function watchProbe(
  probe: HttpProbe,
  signal: AbortSignal,
  onChange: (healthy: boolean) => void,
): Promise<void> {
  let isHealthy = true;
  /** Consecutive results that contradict `isHealthy`. */
  let contradictions = 0;
  await delay(probe.initialDelayMs, undefined, { signal }).catch(() => {});
  while (!signal.aborted) {
    await delay(probe.periodMs, undefined, { signal }).catch(() => {});
    const succeeded = await sendProbe(probe, signal);
    if (signal.aborted) return;
    contradictions = succeeded === isHealthy ? 0 : contradictions + 1;
    if (contradictions < (isHealthy ? probe.failureThreshold : probe.successThreshold)) continue;
    isHealthy = succeeded;
    contradictions = 0;
    onChange(isHealthy);
  }
}
