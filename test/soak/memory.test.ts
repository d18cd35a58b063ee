import { expect, test } from '@jest/globals';
import { startBuyer } from '../../scripts/bench/orders/start-buyer.ts';
import { gatewayAddress } from '../../scripts/cluster/gateway-address.ts';
import { NAMESPACE } from '../../scripts/cluster/kubectl.ts';
import { mebibytes, workingSets } from '../../scripts/cluster/memory.ts';
import { kubectlJson } from '../cluster/kubectl-json.ts';
import { makeProduct } from '../cluster/shop.ts';
import { Customer } from '../shop/customer.ts';

const MINUTES = 10;
const CUSTOMERS = 8;
/** Enough to keep every core of a small machine busy. */
const IN_FLIGHT = 16;
/** Orders from one look at the pods to the next. */
const BATCH = 100;
const SERVICES = ['gateway', 'notification', 'order', 'payment', 'product', 'user'];

interface Pods {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: {
      readonly containers: readonly {
        readonly name: string;
        readonly resources: { readonly limits: { readonly memory: string } };
      }[];
    };
    readonly status: {
      readonly containerStatuses: readonly { readonly name: string; readonly restartCount: number }[];
    };
  }[];
}

const podsOfShop = () => kubectlJson<Pods>(['get', 'pods', `--namespace=${NAMESPACE}`]);

/** The memory limit of each service, in MiB. */
async function limits(): Promise<ReadonlyMap<string, number>> {
  const containers = (await podsOfShop()).items.flatMap(({ spec }) => spec.containers);
  return new Map(
    containers
      .filter(({ name }) => SERVICES.includes(name))
      .map(({ name, resources }) => [name, mebibytes(resources.limits.memory)]),
  );
}

/** How often each container of the shop was restarted, by `POD/CONTAINER`. */
async function restarts(): Promise<Readonly<Record<string, number>>> {
  const { items } = await podsOfShop();
  return Object.fromEntries(
    items.flatMap(({ metadata, status }) =>
      status.containerStatuses.map(({ name, restartCount }) => [`${metadata.name}/${name}`, restartCount]),
    ),
  );
}

test(`services keep within their memory limits while customers order as fast as they can for ${MINUTES} minutes`, async () => {
  const gateway = await gatewayAddress();
  const productIds = [await makeProduct(1e6), await makeProduct(1e6), await makeProduct(1e6)];
  const tokens: string[] = [];
  while (tokens.length < CUSTOMERS) tokens.push((await Customer.register(gateway)).token);
  const before = await restarts();
  const limit = await limits();
  const largest = new Map<string, number>();
  const refused: Record<string, number> = {};
  let placed = 0;
  const buyer = startBuyer({ gateway, tokens, productIds, inFlight: IN_FLIGHT });
  try {
    const end = performance.now() + MINUTES * 60_000;
    while (performance.now() < end) {
      const bought = await buyer.buy(BATCH, AbortSignal.timeout(5 * 60_000));
      placed += bought.placed;
      for (const [status, count] of Object.entries(bought.refused))
        refused[status] = (refused[status] ?? 0) + count;
      for (const { container, bytes } of await workingSets())
        if (SERVICES.includes(container))
          largest.set(container, Math.max(bytes / 2 ** 20, largest.get(container) ?? 0));
    }
  } finally {
    buyer.stop();
  }
  const used = [...largest].map(
    ([service, mib]) => `${service} ${Math.round(mib)} of ${limit.get(service)} MiB`,
  );
  process.stdout.write(`${placed} orders, refused ${JSON.stringify(refused)}; ${used.join(', ')}\n`);

  expect(placed).toBeGreaterThan(0);
  expect([...largest.keys()].toSorted()).toEqual(SERVICES);
  expect([...largest].filter(([service, mib]) => mib > (limit.get(service) ?? 0))).toEqual([]);
  // Autoscalers may have added and removed pods.
  const restarted = Object.entries(await restarts()).filter(([name, count]) => count > (before[name] ?? 0));
  expect(restarted).toEqual([]);
});
