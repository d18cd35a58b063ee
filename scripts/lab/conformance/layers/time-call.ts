import type { CallResult } from '../probe.ts';

/** Measures the duration of a call. @param call returns the name of its gRPC status */
export async function timeCall(call: () => Promise<string>): Promise<CallResult> {
  const start = performance.now();
  return { code: await call(), durationMs: performance.now() - start };
}
