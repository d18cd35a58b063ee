import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { kitCaller, load } from '../calls/kit-caller.ts';
import { startCallee } from '../calls/start-callee.ts';
import { type Figure, figureOf } from '../figure.ts';

const DELAYS_MS = [5, 5, 50];
const IN_FLIGHT = 64;
const REQUESTS = 3_000;
const ROUNDS = 5;

const ROUND_ROBIN: CallPolicy = { timeout: '5s', balance: { kind: 'round-robin' } };
const LEAST_REQUEST: CallPolicy = { timeout: '5s', balance: { kind: 'least-request' } };
/** A try that takes too long is an error of its host, which is taken out for it. */
const EJECTING: CallPolicy = {
  ...LEAST_REQUEST,
  retries: { max: 3, on: ['reset'], perTryTimeout: '40ms', backOff: { base: '1ms', max: '2ms' } },
  outlierDetection: { consecutiveErrors: 5, baseEjectionTime: '30s', maxEjectionPercent: 67 },
};
const PEAK_EWMA: CallPolicy = { timeout: '5s', balance: { kind: 'peak-ewma' } };

/** Mean latency over three hosts, one of them slow, by balancing. */
export async function slowHost(): Promise<readonly Figure[]> {
  const callees = await Promise.all(DELAYS_MS.map(startCallee));
  const addresses = callees.map(({ port }) => `127.0.0.1:${port}`);
  try {
    const figures: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round++) {
      const peer = await meanMs(addresses, ROUND_ROBIN);
      const note = (name: string, mean: number) => {
        figures[name] ??= [];
        figures[name].push(mean / peer);
      };
      for (const [name, policy] of Object.entries({ LEAST_REQUEST, EJECTING, PEAK_EWMA })) {
        note(name, await meanMs(addresses, policy));
      }
      // What no balancing can do better than, on this machine.
      note('QUICK_ALONE', await meanMs(addresses.slice(0, 2), ROUND_ROBIN));
    }
    const what = 'three hosts at 5, 5 and 50 ms, 64 in flight: mean latency, to round robin';
    const common = { unit: 'ratio', better: 'lower' } as const;
    const of = (name: string, of: string, target?: number) =>
      figureOf(figures[name] ?? [], { figure: `${what}, of ${of}`, ...common, ...(target && { target }) });
    return [
      of('LEAST_REQUEST', 'least request', 0.75),
      of('EJECTING', 'least request with outlier ejection', 0.55),
      of('PEAK_EWMA', 'peak EWMA'),
      of('QUICK_ALONE', 'the two quick ones alone'),
    ];
  } finally {
    for (const { stop } of callees) stop();
  }
}

async function meanMs(addresses: readonly string[], policy: CallPolicy): Promise<number> {
  const { call, close } = kitCaller(addresses, policy);
  let sum = 0;
  const timed = async () => {
    const start = performance.now();
    // Who gets no answer asks again: that is part of how long it took.
    while (
      !(await call().then(
        () => true,
        () => false,
      ))
    );
    sum += performance.now() - start;
  };
  // Connects, compiles, and lets ejection find what it is to find: until then a call may be out of tries.
  await load(() => call().catch(() => {}), 500, IN_FLIGHT);
  sum = 0;
  await load(timed, REQUESTS, IN_FLIGHT);
  close();
  return sum / REQUESTS;
}
