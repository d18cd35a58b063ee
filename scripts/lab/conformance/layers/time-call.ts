import type { CallResult } from '../probe.ts';

/** How a call ended, and how long that took. @param call gives the name of its gRPC status */
export async function timeCall(call: () => Promise<string>): Promise<CallResult> {
  const start = performance.now();
  return { code: await call(), durationMs: performance.now() - start };
}
