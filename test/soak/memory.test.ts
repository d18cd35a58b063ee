import { expect, test } from '@jest/globals';
import { startLoadGenerator } from '../../scripts/lab/bench/orders/start-load-generator.ts';
import { SERVICES } from '../../scripts/lab/chaos/fault-targets.ts';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectlJson, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { containerStats, parseMebibytes } from '../../scripts/operate/cluster/memory.ts';
import { POD_LIST } from '../../scripts/operate/cluster/pod.ts';
import { createProduct } from '../cluster/shop.ts';
import { Customer } from '../shop/customer.ts';

const MINUTES = 10;
const CUSTOMERS = 8;
/** Enough to keep every core of a small machine busy. */
const IN_FLIGHT = 16;
/** Orders between two polls of the pods. */
const BATCH_SIZE = 100;

const podsOfShop = async () =>
  (await kubectlJson(POD_LIST, ['get', 'pods', `--namespace=${NAMESPACE}`])).items;

/** Restarts of each container of the shop, by `POD/CONTAINER`. */
async function restartCounts(): Promise<ReadonlyMap<string, number>> {
  return new Map(
    (await podsOfShop()).flatMap(({ metadata, status }) =>
      status.containerStatuses.map(({ name, restartCount }) => [`${metadata.name}/${name}`, restartCount]),
    ),
  );
}

test(`services keep within their memory limits while customers order as fast as they can for ${MINUTES} minutes`, async () => {
  const gateway = await readGatewayAddress();
  const productIds = [await createProduct(1e6), await createProduct(1e6), await createProduct(1e6)];
  const tokens: string[] = [];
  while (tokens.length < CUSTOMERS) tokens.push((await Customer.register(gateway)).token);
  const restartsBefore = await restartCounts();
  const services = (await podsOfShop())
    .flatMap(({ spec }) => spec.containers)
    .filter(({ name }) => SERVICES.some((service) => service === name));
  const limitMiB = new Map(
    services.map(({ name, resources }) => [name, parseMebibytes(resources.limits.memory ?? '')]),
  );
  const maxMiB = new Map<string, number>();
  const refusals: Record<string, number> = {};
  let orders = 0;
  const generator = startLoadGenerator({ gateway, tokens, productIds, inFlight: IN_FLIGHT });
  try {
    const end = performance.now() + MINUTES * 60_000;
    while (performance.now() < end) {
      const result = await generator.placeOrders(BATCH_SIZE, AbortSignal.timeout(5 * 60_000));
      orders += result.placed;
      for (const [status, count] of Object.entries(result.refusals))
        refusals[status] = (refusals[status] ?? 0) + count;
      for (const { container, memoryMiB } of await containerStats())
        if (limitMiB.has(container)) maxMiB.set(container, Math.max(memoryMiB, maxMiB.get(container) ?? 0));
    }
  } finally {
    generator.stop();
  }
  const usage = [...maxMiB].map(
    ([service, mib]) => `${service} ${Math.round(mib)} of ${limitMiB.get(service)} MiB`,
  );
  process.stdout.write(`${orders} orders, refusals ${JSON.stringify(refusals)}; ${usage.join(', ')}\n`);

  expect(orders).toBeGreaterThan(0);
  expect([...maxMiB.keys()].toSorted()).toEqual(SERVICES.toSorted());
  expect([...maxMiB].filter(([service, mib]) => !(mib <= (limitMiB.get(service) ?? 0)))).toEqual([]);
  // Autoscalers may have added and removed pods.
  const newRestarts = [...(await restartCounts())].filter(
    ([name, count]) => count > (restartsBefore.get(name) ?? 0),
  );
  expect(newRestarts).toEqual([]);
});
