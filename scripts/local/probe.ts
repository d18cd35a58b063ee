import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** An httpGet probe, on a local port. Times in milliseconds. */
export interface LocalProbe {
  readonly port: number;
  readonly path: string;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failureThreshold: number;
}

/** How often a process that is not there yet is asked; Kubernetes would wait the whole period. */
const EAGER_MS = 50;

/** Whether the answer comes in time and is a success, as Kubernetes counts it: 200 to 399. */
export function ask({ port, path, timeoutMs }: LocalProbe, signal: AbortSignal): Promise<boolean> {
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

/** Resolves at the first success. @throws Error when there is none within period times threshold, or `signal` aborts */
export async function firstSuccess(probe: LocalProbe, signal: AbortSignal): Promise<void> {
  const budget = probe.periodMs * probe.failureThreshold;
  const end = performance.now() + budget;
  while (!(await ask(probe, signal))) {
    if (performance.now() > end) throw new Error(`did not answer ${probe.path} within ${budget / 1_000} s`);
    await delay(EAGER_MS, undefined, { signal });
  }
}

/** Asks once every period; tells `onChange` when `failureThreshold` in a row fail, and when one succeeds after that. */
export async function watchProbe(
  probe: LocalProbe,
  signal: AbortSignal,
  onChange: (healthy: boolean) => void,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    await delay(probe.periodMs, undefined, { signal }).catch(() => {});
    const healthy = await ask(probe, signal);
    if (signal.aborted) return;
    if (healthy && failures >= probe.failureThreshold) onChange(true);
    failures = healthy ? 0 : failures + 1;
    if (failures === probe.failureThreshold) onChange(false);
  }
}
