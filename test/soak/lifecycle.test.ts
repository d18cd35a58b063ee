import { beforeAll, expect, test } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { listShopPods } from '../../scripts/operate/cluster/pod-report.ts';
import { waitForRollout } from '../../scripts/operate/cluster/rollout.ts';
import { createProduct, rows } from '../cluster/shop.ts';
import { Customer } from '../shop/customer.ts';
import { eventually } from '../until.ts';
import { type CustomerLoadResult, runCustomerLoad } from './customer-load.ts';

const SERVICES = ['gateway', 'user', 'product', 'order', 'payment', 'notification'];
/** Deployments that are restarted at the same time. */
const RESTART_BATCH = 4;
const STOCK = 100_000;
const MINUTES = 60_000;

let customer: Customer;
let productId: string;

beforeAll(async () => {
  customer = await Customer.register(await readGatewayAddress());
  productId = await createProduct(STOCK);
});

test('three rolling restarts of every service fail no request', async () => {
  const outcome = await underLoad(async () => {
    for (let round = 0; round < 3; round += 1) {
      // In batches: restarting all at once would test the capacity of the machine.
      const names = await deployments();
      for (let first = 0; first < names.length; first += RESTART_BATCH) {
        const batch = names.slice(first, first + RESTART_BATCH);
        await kubectl(['rollout', 'restart', `--namespace=${NAMESPACE}`, ...batch]);
        await waitUntilRolledOut();
      }
    }
  });
  report('three rolling restarts', outcome);
  expect(outcome.failures).toEqual([]);
});

test('killing ten pods fails no request', async () => {
  const outcome = await underLoad(async () => {
    for (let kill = 0; kill < 10; kill += 2) {
      const pods = await listShopPods();
      // Takes the services in turn, so that each loses a pod. Each has two.
      const victims = [kill, kill + 1].map((next) => {
        const candidates = pods.filter(
          ({ metadata }) => metadata.labels?.app === SERVICES[next % SERVICES.length],
        );
        return candidates[Math.floor(Math.random() * candidates.length)]?.metadata.name ?? '';
      });
      await kubectl(['delete', 'pod', ...victims, `--namespace=${NAMESPACE}`, '--grace-period=0', '--force']);
      // Waits for the replacements before the next kill.
      await waitUntilRolledOut();
    }
  });
  report('ten kills', outcome);
  expect(outcome.failures).toEqual([]);
});

test('scaling down fails no request', async () => {
  const names = ['gateway-v1', 'order-v1', 'payment-v1'];
  const scale = async (replicas: number) => {
    const deployments = names.map((name) => `deployment/${name}`);
    await kubectl(['scale', `--namespace=${NAMESPACE}`, `--replicas=${replicas}`, ...deployments]);
    await waitUntilRolledOut();
  };
  const outcome = await underLoad(async () => {
    await scale(3);
    await scale(2);
  });
  report('scaled up and down', outcome);
  expect(outcome.failures).toEqual([]);
});

/** Ids of all orders that were answered 201 so far. */
let orderIds: readonly string[] = [];

test('no order is lost, duplicated or paid twice', async () => {
  expect(orderIds.length).toBeGreaterThan(0);
  const ofProduct = `id IN (SELECT order_id FROM order_line WHERE product_id = '${productId}')`;
  await eventually(async () => {
    const open = await rows('order', `SELECT id FROM orders WHERE ${ofProduct} AND state <> 'confirmed'`);
    return open.length === 0;
  });
  const orders = (await rows('order', `SELECT id FROM orders WHERE ${ofProduct}`)).flat();
  expect(orders.toSorted()).toEqual(orderIds.toSorted());

  const list = orders.map((id) => `'${id}'`).join(',');
  const paid = await rows(
    'payment',
    `SELECT order_id FROM payment WHERE status = 'captured' AND order_id IN (${list})`,
  );
  expect(paid.flat().toSorted()).toEqual(orders.toSorted());
  const stock = await rows('product', `SELECT stock FROM product WHERE id = '${productId}'`);
  expect(stock).toEqual([[String(STOCK - orders.length)]]);
});

/** Runs `act` under a steady load. */
async function underLoad(act: () => Promise<void>): Promise<CustomerLoadResult> {
  const stop = new AbortController();
  const load = runCustomerLoad(customer, productId, stop.signal);
  try {
    await act();
  } finally {
    stop.abort();
  }
  const outcome = await load;
  orderIds = [...orderIds, ...outcome.orders];
  return outcome;
}

function report(name: string, { sent, orders, failures }: CustomerLoadResult): void {
  process.stdout.write(`${name}: ${sent} requests, ${orders.length} orders, ${failures.length} failed\n`);
}

async function deployments(): Promise<readonly string[]> {
  const names = await kubectl(['get', 'deployments', `--namespace=${NAMESPACE}`, '--output=name']);
  return names.split('\n').filter(Boolean);
}

function waitUntilRolledOut(): Promise<void> {
  return waitForRollout('statefulsets,deployments', { rolloutTimeoutMs: 4 * MINUTES });
}
