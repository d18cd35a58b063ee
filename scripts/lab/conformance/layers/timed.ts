import type { Ended } from '../probe.ts';

/** How a call ended, and how long that took. @param call gives the name of its gRPC status */
export async function timed(call: () => Promise<string>): Promise<Ended> {
  const start = performance.now();
  return { code: await call(), ms: performance.now() - start };
}
