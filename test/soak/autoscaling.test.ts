import { expect, test } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { ask } from '../shop/customer.ts';
import { until } from '../until.ts';
import { generateLoad } from './load-generator.ts';

const MINUTES = 60_000;

/** Reads the desired and the ready number of pods, separated by a space. */
async function readReplicas(): Promise<string> {
  const words = ['get', 'deployment', 'product-v1', `--namespace=${NAMESPACE}`];
  return kubectl([...words, '--output=jsonpath={.spec.replicas} {.status.readyReplicas}']);
}

test('scales product to a third pod under load and back afterwards', async () => {
  const timeout = { timeoutMs: 4 * MINUTES };
  await until('there are two pods', async () => (await readReplicas()) === '2 2', timeout);
  const stop = new AbortController();
  const gateway = await readGatewayAddress();
  const failures: unknown[] = [];
  const send = async () => {
    const { status, body } = await ask(gateway, 'GET', '/v1/products?limit=20');
    if (status !== 200) failures.push({ status, body });
  };
  const load = generateLoad({ concurrency: 4, intervalMs: 40, send, stop: stop.signal });
  try {
    await until('there are three pods', async () => (await readReplicas()) === '3 3', timeout);
  } finally {
    stop.abort();
  }
  const sent = await load;
  process.stdout.write(`${sent} requests until the third pod was ready, ${failures.length} failed\n`);
  expect(failures).toEqual([]);
  await until('there are two pods again', async () => (await readReplicas()) === '2 2', timeout);
});
