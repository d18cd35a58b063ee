import { expect, test } from '@jest/globals';
import { gatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { ask } from '../shop/customer.ts';
import { until } from '../until.ts';
import { visit } from './visitors.ts';

const MINUTES = 60_000;

/** Pods that the autoscaler wants, and has. */
async function pods(): Promise<string> {
  const words = ['get', 'deployment', 'product-v1', `--namespace=${NAMESPACE}`];
  return kubectl([...words, '--output=jsonpath={.spec.replicas} {.status.readyReplicas}']);
}

test('product gets a third pod under load, and gives it back', async () => {
  const patience = { patienceMs: 4 * MINUTES };
  await until('there are two pods', async () => (await pods()) === '2 2', patience);
  const stop = new AbortController();
  const gateway = await gatewayAddress();
  const failures: unknown[] = [];
  const send = async () => {
    const { status, body } = await ask(gateway, 'GET', '/v1/products?limit=20');
    if (status !== 200) failures.push({ status, body });
  };
  const load = visit({ visitors: 4, intervalMs: 40, send, stop: stop.signal });
  try {
    await until('there are three', async () => (await pods()) === '3 3', patience);
  } finally {
    stop.abort();
  }
  const sent = await load;
  process.stdout.write(`${sent} requests until the third pod was there, ${failures.length} failed\n`);
  expect(failures).toEqual([]);
  await until('there are two again', async () => (await pods()) === '2 2', patience);
});
