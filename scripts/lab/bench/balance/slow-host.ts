import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { createKitCaller, runLoad } from '../calls/kit-caller.ts';
import { startCallee } from '../calls/start-callee.ts';
import { type Figure, summarize } from '../figure.ts';

const DELAYS_MS = [5, 5, 50];
const IN_FLIGHT = 64;
const REQUESTS = 3_000;
const ROUNDS = 5;

const ROUND_ROBIN: CallPolicy = { timeout: '5s', balance: { kind: 'round-robin' } };
const BY_LEAST_REQUEST: CallPolicy = { timeout: '5s', balance: { kind: 'least-request' } };
/** A try beyond `perTryTimeout` counts as an error of its host, so outlier detection ejects the slow host. */
const OUTLIER_EJECTION: CallPolicy = {
  ...BY_LEAST_REQUEST,
  retries: { max: 3, on: ['reset'], perTryTimeout: '40ms', backOff: { base: '1ms', max: '2ms' } },
  outlierDetection: { consecutiveErrors: 5, baseEjectionTime: '30s', maxEjectionPercent: 67 },
};
const PEAK_EWMA: CallPolicy = { timeout: '5s', balance: { kind: 'peak-ewma' } };

/** Measures the mean latency over three hosts, one of them slow, by balancing policy, as a ratio to round robin. */
export async function measureSlowHost(): Promise<readonly Figure[]> {
  const callees = await Promise.all(DELAYS_MS.map(startCallee));
  const addresses = callees.map(({ port }) => `127.0.0.1:${port}`);
  try {
    const figures: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round++) {
      const baselineMs = await measureMeanMs(addresses, ROUND_ROBIN);
      const record = (name: string, meanMs: number) => {
        figures[name] ??= [];
        figures[name].push(meanMs / baselineMs);
      };
      for (const [name, policy] of Object.entries({ BY_LEAST_REQUEST, OUTLIER_EJECTION, PEAK_EWMA })) {
        record(name, await measureMeanMs(addresses, policy));
      }
      // Lower bound: no balancing can be better on this machine.
      record('FAST_HOSTS_ONLY', await measureMeanMs(addresses.slice(0, 2), ROUND_ROBIN));
    }
    const subject = 'three hosts at 5, 5 and 50 ms, 64 in flight: mean latency relative to round robin';
    const common = { unit: 'ratio', better: 'lower' } as const;
    const ratio = (name: string, balancing: string, target?: number) =>
      summarize(figures[name] ?? [], {
        figure: `${subject}, of ${balancing}`,
        ...common,
        ...(target && { target }),
      });
    return [
      ratio('BY_LEAST_REQUEST', 'least request', 0.75),
      ratio('OUTLIER_EJECTION', 'least request with outlier ejection', 0.55),
      ratio('PEAK_EWMA', 'peak EWMA'),
      ratio('FAST_HOSTS_ONLY', 'only the two fast hosts'),
    ];
  } finally {
    for (const { stop } of callees) stop();
  }
}

async function measureMeanMs(addresses: readonly string[], policy: CallPolicy): Promise<number> {
  const { call, close } = createKitCaller(addresses, policy);
  let sum = 0;
  const timed = async () => {
    const start = performance.now();
    // Failed calls are repeated. Their time is part of the latency.
    while (
      !(await call().then(
        () => true,
        () => false,
      ))
    );
    sum += performance.now() - start;
  };
  // Warms up connections, the JIT compiler and outlier detection. Until the ejection, calls may exhaust their retries.
  await runLoad(() => call().catch(() => {}), 500, IN_FLIGHT);
  sum = 0;
  await runLoad(timed, REQUESTS, IN_FLIGHT);
  close();
  return sum / REQUESTS;
}
