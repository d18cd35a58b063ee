import { ENVIRONMENTS } from '../../../../charts/environments.ts';
import type { Broker } from '../../../../mesh/policy/broker.ts';
import { gatewayAddress } from '../../../operate/cluster/gateway-address.ts';
import { readSecret } from '../../../operate/cluster/make-secrets.ts';
import { openPodProxy } from '../../../operate/cluster/pod-proxy.ts';
import { forwardPort } from '../../../operate/cluster/port-forward.ts';
import { readRelease } from '../../../operate/cluster/release.ts';
import type { ServingKubectl } from '../../../operate/cluster/serving-kubectl.ts';
import type { Books } from '../books.ts';
import { readBooks } from '../read-books.ts';
import { settleDown } from '../settle-down.ts';
import type { Stage } from '../stage.ts';
import { openStores, type Stores } from '../stores.ts';
import { crashesIn } from './crashes.ts';
import { killPod } from './kill-pod.ts';
import { shopPods } from './shop-pods.ts';
import { topicBooks } from './topic-books.ts';

const POSTGRES = { pod: 'postgres-0', port: 5_432 };
/** Seconds for which nothing may move in a shop that is to be at rest. */
const REST_S = 30;

/**
 * What carries the topics of the shop in the cluster.
 * @throws Error when no shop runs there
 */
export async function clusterBroker(signal: AbortSignal): Promise<Broker> {
  const { tags, broker } = await readRelease({ signal });
  if (Object.keys(tags).length === 0)
    throw new Error('the shop does not run in the cluster: npm run kind:up brings it up');
  return broker ?? ENVIRONMENTS.kind?.broker ?? 'postgres';
}

/**
 * Uses the shop that npm run kind:up brought up, as it is.
 * @param note is told what is left out of the books
 * @throws Error when it does not come to rest, or its cluster does not answer
 */
export async function withClusterStage<T>(
  broker: Broker,
  signal: AbortSignal,
  note: (text: string) => void,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const gateway = await gatewayAddress();
  const password = await readSecret({ secret: 'seed', key: 'seed-admin-password' }, { signal });
  const superuser = await readSecret({ secret: 'postgres', key: 'superuser-password' }, { signal });
  const proxy = await openPodProxy();
  const books = await topicBooks(broker);
  const ways: ServingKubectl[] = [];
  const open = () =>
    openStores(async () => {
      const way = await forwardPort(POSTGRES.pod, POSTGRES.port);
      ways.push(way);
      return { host: '127.0.0.1', port: way.port, user: 'postgres', password: superuser };
    });
  const pods = shopPods(proxy);
  try {
    return await use({
      where: 'in a cluster',
      gateway,
      readiness: new Map(),
      admin: { email: 'admin@weft.example', password },
      inflict(fault, until) {
        if (fault.kind !== 'kill')
          throw new Error(`pods can be killed; nothing else is done there: ${fault.kind}`);
        return killPod(pods, fault.target, async (target) => target !== broker || books.serves(), until);
      },
      openStores: async () => open(),
      events: (stores) => books.events(stores),
      earlier: await atRest(open(), signal, note),
      crashes: () => crashesIn(pods),
    });
  } finally {
    await books.close().catch((error) => note(String(error)));
    await Promise.all(ways.map((way) => way.close()));
    await proxy.close();
  }
}

/** Waits until no order is on its way, and reads the books then. */
async function atRest(stores: Stores, signal: AbortSignal, note: (text: string) => void): Promise<Books> {
  try {
    const { left } = await settleDown(stores, REST_S, signal);
    if (left.orders + left.reservations > 0)
      throw new Error(
        `the shop is not at rest: ${left.orders} orders and ${left.reservations} reservations are on their way, and do not move`,
      );
    if (left.events > 0) note(`${left.events} events of earlier orders are not applied, and are left out`);
    return await readBooks(stores, []);
  } finally {
    await stores.close();
  }
}
