import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Balance } from '../../../../mesh/policy/balance.ts';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { kitCaller, load } from '../calls/kit-caller.ts';
import { startCallee } from '../calls/start-callee.ts';
import { type Figure, figureOf } from '../figure.ts';

const HOSTS = 1_000;
const UPDATES = 10_000;

const BALANCES: readonly Balance[] = [
  { kind: 'round-robin' },
  { kind: 'least-request' },
  { kind: 'consistent-hash', by: { header: 'x-request-id' } },
];

/**
 * What the heap keeps of 10,000 changes of the policy of a client with 1,000 hosts: its size after them, to that after
 * the first thousand. The hosts are loopback addresses of one callee (Linux has all of 127.0.0.0/8).
 */
export async function updates(): Promise<Figure> {
  const { port, stop } = await startCallee();
  const addresses = Array.from(
    { length: HOSTS },
    (_, index) => `127.0.${1 + (index >> 8)}.${index & 255}:${port}`,
  );
  const live = new LivePolicy(policyAt(0));
  const { call, close } = kitCaller(addresses, live.current, live);
  try {
    await load(call, 3 * HOSTS, 32);
    let before = Number.NaN;
    for (let update = 1; update <= UPDATES; update++) {
      live.change(policyAt(update));
      await call();
      if (update === UPDATES / 10) before = await heap();
    }
    const figure = `heap after ${UPDATES} changes of policy with ${HOSTS} hosts, to that after ${UPDATES / 10}`;
    return figureOf([(await heap()) / before], { figure, unit: 'ratio', target: 1.05, better: 'lower' });
  } finally {
    close();
    stop();
  }
}

function policyAt(update: number): CallPolicy {
  return {
    // A thousand connections are opened by the first calls.
    timeout: `${20 + (update % 5)}s`,
    balance: BALANCES[update % BALANCES.length] as Balance,
    outlierDetection: { consecutiveErrors: 3 + (update % 3) },
    limits: { requests: 100 + (update % 10) },
  };
}

/** Bytes in use once what is not is collected. */
async function heap(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  for (let round = 0; round < 3; round++) {
    await turn();
    collect();
  }
  return process.memoryUsage().heapUsed;
}
