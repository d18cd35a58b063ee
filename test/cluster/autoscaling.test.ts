import { expect, test } from '@jest/globals';
import { gatewayAddress } from '../../scripts/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/cluster/kubectl.ts';
import { sendLoad } from '../../scripts/traffic/load.ts';
import { until } from './until.ts';

const MINUTES = 60_000;

/** Pods that the autoscaler wants, and has. */
async function pods(): Promise<string> {
  const words = ['get', 'deployment', 'product-v1', `--namespace=${NAMESPACE}`];
  return kubectl([...words, '--output=jsonpath={.spec.replicas} {.status.readyReplicas}']);
}

test(
  'product gets a third pod under load, and gives it back',
  async () => {
    const patience = { patienceMs: 4 * MINUTES };
    await until('there are two pods', async () => (await pods()) === '2 2', patience);
    const stop = new AbortController();
    const urls = [`${await gatewayAddress()}/v1/products?limit=20`];
    const load = sendLoad({ urls, rate: 150, requests: 150 * 180, stop: stop.signal });
    try {
      await until('there are three', async () => (await pods()) === '3 3', patience);
    } finally {
      stop.abort();
    }
    const { sent, failures } = await load;
    process.stdout.write(`${sent} requests until the third pod was there, ${failures.length} failed\n`);
    expect(failures).toEqual([]);
    await until('there are two again', async () => (await pods()) === '2 2', patience);
  },
  10 * MINUTES,
);
