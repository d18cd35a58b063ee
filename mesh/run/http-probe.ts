import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** An httpGet probe, on a local port. Times in milliseconds. */
export interface HttpProbe {
  readonly port: number;
  readonly path: string;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failureThreshold: number;
  /** Successes in a row after which a failed probe counts as passed. */
  readonly successThreshold: number;
  /** Before the first try. */
  readonly initialDelayMs: number;
}

/** How often a process that is not there yet is asked; Kubernetes would wait the whole period. */
const EAGER_MS = 50;

/** Whether the answer comes in time and is a success, as Kubernetes counts it: 200 to 399. */
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
 * Resolves at the first success.
 * @throws Error when there is none within delay and period times threshold, or `signal` aborts
 */
export async function firstSuccess(probe: HttpProbe, signal: AbortSignal): Promise<void> {
  // The delay only extends the limit: a process that answers earlier is ready earlier.
  const budget = probe.initialDelayMs + probe.periodMs * probe.failureThreshold;
  const end = performance.now() + budget;
  while (!(await sendProbe(probe, signal))) {
    if (performance.now() > end) throw new Error(`did not answer ${probe.path} within ${budget / 1_000} s`);
    await delay(EAGER_MS, undefined, { signal });
  }
}

/**
 * Probes once every period. Calls `onChange` when `failureThreshold` probes in a row fail, and when `successThreshold` in a
 * row succeed after that.
 */
export async function watchProbe(
  probe: HttpProbe,
  signal: AbortSignal,
  onChange: (healthy: boolean) => void,
): Promise<void> {
  let isHealthy = true;
  /** Results in a row that contradict `isHealthy`. */
  let contrary = 0;
  await delay(probe.initialDelayMs, undefined, { signal }).catch(() => {});
  while (!signal.aborted) {
    await delay(probe.periodMs, undefined, { signal }).catch(() => {});
    const succeeded = await sendProbe(probe, signal);
    if (signal.aborted) return;
    contrary = succeeded === isHealthy ? 0 : contrary + 1;
    if (contrary < (isHealthy ? probe.failureThreshold : probe.successThreshold)) continue;
    isHealthy = succeeded;
    contrary = 0;
    onChange(isHealthy);
  }
}
