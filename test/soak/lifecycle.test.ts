import { beforeAll, expect, test } from '@jest/globals';
import { gatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { shopPods } from '../../scripts/operate/cluster/pod-report.ts';
import { waitForRollout } from '../../scripts/operate/cluster/rollout.ts';
import { createProduct, rows } from '../cluster/shop.ts';
import { eventually } from '../services/kit/eventually.ts';
import { Customer } from '../shop/customer.ts';
import { customersLoad, type Outcome } from './customers-load.ts';

const SERVICES = ['gateway', 'user', 'product', 'order', 'payment', 'notification'];
/** Deployments that are restarted at a time. */
const TOGETHER = 4;
const STOCK = 100_000;
const MINUTES = 60_000;

let customer: Customer;
let productId: string;

beforeAll(async () => {
  customer = await Customer.register(await gatewayAddress());
  productId = await createProduct(STOCK);
});

test('three rolling restarts of every service fail no request', async () => {
  const outcome = await under(async () => {
    for (let round = 0; round < 3; round += 1) {
      // A few at a time: all at once would be a trial of the machine.
      const names = await deployments();
      for (let next = 0; next < names.length; next += TOGETHER) {
        const some = names.slice(next, next + TOGETHER);
        await kubectl(['rollout', 'restart', `--namespace=${NAMESPACE}`, ...some]);
        await rolledOut();
      }
    }
  });
  report('three rolling restarts', outcome);
  expect(outcome.failures).toEqual([]);
});

test('ten pods that are killed take no request with them', async () => {
  const outcome = await under(async () => {
    for (let kill = 0; kill < 10; kill += 2) {
      const pods = await shopPods();
      // Round all services, so that chance cannot leave one out; of two pods, one may go.
      const victims = [kill, kill + 1].map((next) => {
        const some = pods.filter(({ metadata }) => metadata.labels?.app === SERVICES[next % SERVICES.length]);
        return some[Math.floor(Math.random() * some.length)]?.metadata.name ?? '';
      });
      await kubectl(['delete', 'pod', ...victims, `--namespace=${NAMESPACE}`, '--grace-period=0', '--force']);
      // They must be there again before the next go.
      await rolledOut();
    }
  });
  report('ten kills', outcome);
  expect(outcome.failures).toEqual([]);
});

test('pods that are taken away take no request with them', async () => {
  const scaled = ['gateway-v1', 'order-v1', 'payment-v1'];
  const scale = async (replicas: number) => {
    const names = scaled.map((name) => `deployment/${name}`);
    await kubectl(['scale', `--namespace=${NAMESPACE}`, `--replicas=${replicas}`, ...names]);
    await rolledOut();
  };
  const outcome = await under(async () => {
    await scale(3);
    await scale(2);
  });
  report('scaled up and down', outcome);
  expect(outcome.failures).toEqual([]);
});

/** All orders so far, each with the number of its payments. */
let answered: readonly string[] = [];

test('the books are right: no order is lost, none is there twice, and none is paid twice', async () => {
  expect(answered.length).toBeGreaterThan(0);
  const ofProduct = `id IN (SELECT order_id FROM order_line WHERE product_id = '${productId}')`;
  await eventually(async () => {
    const open = await rows('order', `SELECT id FROM orders WHERE ${ofProduct} AND state <> 'confirmed'`);
    return open.length === 0;
  });
  const orders = (await rows('order', `SELECT id FROM orders WHERE ${ofProduct}`)).flat();
  expect(orders.toSorted()).toEqual(answered.toSorted());

  const list = orders.map((id) => `'${id}'`).join(',');
  const paid = await rows(
    'payment',
    `SELECT order_id FROM payment WHERE status = 'captured' AND order_id IN (${list})`,
  );
  expect(paid.flat().toSorted()).toEqual(orders.toSorted());
  const stock = await rows('product', `SELECT stock FROM product WHERE id = '${productId}'`);
  expect(stock).toEqual([[String(STOCK - orders.length)]]);
});

/** Does something to the shop under a steady load. */
async function under(act: () => Promise<void>): Promise<Outcome> {
  const stop = new AbortController();
  const load = customersLoad(customer, productId, stop.signal);
  try {
    await act();
  } finally {
    stop.abort();
  }
  const outcome = await load;
  answered = [...answered, ...outcome.orders];
  return outcome;
}

function report(what: string, { sent, orders, failures }: Outcome): void {
  process.stdout.write(`${what}: ${sent} requests, ${orders.length} orders, ${failures.length} failed\n`);
}

async function deployments(): Promise<readonly string[]> {
  const names = await kubectl(['get', 'deployments', `--namespace=${NAMESPACE}`, '--output=name']);
  return names.split('\n').filter(Boolean);
}

function rolledOut(): Promise<void> {
  return waitForRollout('statefulsets,deployments', { rolloutTimeoutMs: 4 * MINUTES });
}
