import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Balance } from '../../../../mesh/policy/balance.ts';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { createKitCaller, runLoad } from '../calls/kit-caller.ts';
import { startCallee } from '../calls/start-callee.ts';
import { type Figure, summarize } from '../figure.ts';

const HOSTS = 1_000;
const UPDATES = 10_000;

const BALANCES: readonly Balance[] = [
  { kind: 'round-robin' },
  { kind: 'least-request' },
  { kind: 'consistent-hash', by: { header: 'x-request-id' } },
];

/**
 * Measures whether policy updates leak memory: the heap of a client with 1,000 hosts after 10,000 updates, as a ratio to the
 * heap after the first 1,000. The hosts are loopback addresses of one callee (Linux has all of 127.0.0.0/8).
 */
export async function measurePolicyUpdates(): Promise<Figure> {
  const { port, stop } = await startCallee();
  const addresses = Array.from(
    { length: HOSTS },
    (_, index) => `127.0.${1 + (index >> 8)}.${index & 255}:${port}`,
  );
  const live = new LivePolicy(policyAt(0));
  const { call, close } = createKitCaller(addresses, live.current, live);
  try {
    await runLoad(call, 3 * HOSTS, 32);
    let earlierHeap = Number.NaN;
    for (let update = 1; update <= UPDATES; update++) {
      live.change(policyAt(update));
      await call();
      if (update === UPDATES / 10) earlierHeap = await measureHeap();
    }
    const figure = `heap after ${UPDATES} policy updates with ${HOSTS} hosts, relative to ${UPDATES / 10} updates`;
    return summarize([(await measureHeap()) / earlierHeap], {
      figure,
      unit: 'ratio',
      target: 1.05,
      better: 'lower',
    });
  } finally {
    close();
    stop();
  }
}

function policyAt(update: number): CallPolicy {
  return {
    // Long, because the first calls open a thousand connections.
    timeout: `${20 + (update % 5)}s`,
    balance: BALANCES[update % BALANCES.length] as Balance,
    outlierDetection: { consecutiveErrors: 3 + (update % 3) },
    limits: { requests: 100 + (update % 10) },
  };
}

/** Measures the heap in use after garbage collection, in bytes. */
async function measureHeap(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  for (let round = 0; round < 3; round++) {
    await turn();
    collect();
  }
  return process.memoryUsage().heapUsed;
}
