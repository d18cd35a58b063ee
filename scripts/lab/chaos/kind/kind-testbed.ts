import { ENVIRONMENTS } from '../../../../charts/environments.ts';
import type { Broker } from '../../../../mesh/policy/broker.ts';
import { readSecret } from '../../../operate/cluster/make-secrets.ts';
import { forwardPort } from '../../../operate/cluster/port-forward.ts';
import { readRelease } from '../../../operate/cluster/release.ts';
import type { ServingKubectl } from '../../../operate/cluster/serving-kubectl.ts';
import { withKindTestbed } from '../../testbed/kind-testbed.ts';
import { openStores, type Stores } from '../../testbed/stores.ts';
import type { ChaosTestbed } from '../chaos-testbed.ts';
import type { LedgerSnapshot } from '../ledger-snapshot.ts';
import { readLedger } from '../read-ledger.ts';
import { waitUntilSettled } from '../wait-until-settled.ts';
import { killPod } from './kill-pod.ts';
import { openTopicCapture } from './open-topic-capture.ts';
import { readCrashes } from './read-crashes.ts';

const POSTGRES = { pod: 'postgres-0', port: 5_432 };
/** Seconds without progress after which the shop counts as not at rest. */
const SETTLE_TIMEOUT_S = 30;

/**
 * Reads which broker the shop in the cluster uses.
 * @throws Error if no shop runs there
 */
export async function readKindBroker(signal: AbortSignal): Promise<Broker> {
  const { tags, broker } = await readRelease({ signal });
  if (Object.keys(tags).length === 0)
    throw new Error('the shop does not run in the cluster; start it with npm run kind:up');
  return broker ?? ENVIRONMENTS.kind?.broker ?? 'postgres';
}

/**
 * Passes the shop that npm run kind:up started to `use`, and closes all connections to it afterwards.
 * @param note reports what the ledger snapshot excludes
 * @throws Error if the shop does not come to rest or the cluster does not answer
 */
export function withKindChaosTestbed<T>(
  broker: Broker,
  signal: AbortSignal,
  note: (text: string) => void,
  use: (testbed: ChaosTestbed) => Promise<T>,
): Promise<T> {
  return withKindTestbed(signal, async (testbed) => {
    const { pods } = testbed;
    const adminPassword = await readSecret({ secret: 'seed', key: 'seed-admin-password' }, { signal });
    const password = await readSecret({ secret: 'postgres', key: 'superuser-password' }, { signal });
    const capture = await openTopicCapture(broker);
    const forwardings: ServingKubectl[] = [];
    const open = () =>
      openStores(async () => {
        const forwarding = await forwardPort(POSTGRES.pod, POSTGRES.port);
        forwardings.push(forwarding);
        return { host: '127.0.0.1', port: forwarding.port, user: 'postgres', password };
      });
    try {
      return await use({
        ...testbed,
        admin: { email: 'admin@weft.example', password: adminPassword },
        inject(fault) {
          if (fault.kind !== 'kill')
            throw new Error(`fault '${fault.kind}' cannot be injected in a cluster; use --kills only`);
          const isServing = async (target: string) => target !== broker || capture.isServing();
          return killPod(pods, fault.target, isServing, signal);
        },
        openStores: async () => open(),
        events: (stores) => capture.events(stores),
        baseline: await readBaseline(open(), signal, note),
        crashes: () => readCrashes(pods),
      });
    } finally {
      await capture.close().catch((error) => note(String(error)));
      await Promise.all(forwardings.map((forwarding) => forwarding.close()));
    }
  });
}

/** Waits until no order is in progress, then reads the ledger snapshot. */
async function readBaseline(
  stores: Stores,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<LedgerSnapshot> {
  try {
    const { pending } = await waitUntilSettled(stores, SETTLE_TIMEOUT_S, signal);
    if (pending.orders + pending.reservations > 0)
      throw new Error(
        `the shop is not idle: ${pending.orders} orders and ${pending.reservations} reservations have been open for ${SETTLE_TIMEOUT_S} s without progress`,
      );
    if (pending.events > 0)
      note(`excluding ${pending.events} events of earlier orders that were never applied`);
    return await readLedger(stores, []);
  } finally {
    await stores.close();
  }
}
