import { setTimeout as delay } from 'node:timers/promises';
import type { Secrets } from '../../../../mesh/run/secrets.ts';
import type { BrokerContainer, ContainerBrokerKind } from '../../brokers/broker-container.ts';
import type { ActiveFault } from '../chaos-testbed.ts';
import { deduplicateEvents, type LedgerEvent } from '../ledger-snapshot.ts';
import type { LocalBroker } from './local-broker.ts';

/** Operations that differ between brokers. */
export interface BrokerAdapter {
  readonly kind: ContainerBrokerKind;
  readonly container: BrokerContainer;
  readonly address: string;
  /** Whether the broker serves clients. After a restart, also restores what the run needs there. */
  isServing(): Promise<boolean>;
  /** Grants the services access. The broker is serving. */
  grantAccess(secrets: Secrets): Promise<void>;
  events(): Promise<readonly LedgerEvent[]>;
}

const POLL_INTERVAL_MS = 250;
/** Longest time that a started container needs to serve clients on a busy machine. */
const START_TIMEOUT_MS = 180_000;

/** Creates a broker whose faults are injected one after another. */
export function createContainerBroker(adapter: BrokerAdapter): LocalBroker {
  const { kind, container, address, grantAccess, events } = adapter;
  let completion: Promise<void> = Promise.resolve();
  const waitUntilServing = async () => {
    for (const end = performance.now() + START_TIMEOUT_MS; ; await delay(POLL_INTERVAL_MS)) {
      if (await adapter.isServing()) return;
      if (performance.now() > end)
        throw new Error(
          `${kind} did not become available within ${START_TIMEOUT_MS / 1_000} s after its start`,
        );
    }
  };
  /** Waits until the previous fault is over: a container that is down or frozen can be neither killed nor frozen. */
  const injectNext = async (inject: () => Promise<ActiveFault>): Promise<ActiveFault> => {
    await completion;
    const fault = await inject();
    completion = fault.completion;
    completion.catch(() => {});
    return fault;
  };
  return {
    kind,
    address,
    async grantAccess(secrets) {
      await waitUntilServing();
      await grantAccess(secrets);
    },
    kill: () =>
      injectNext(async () => {
        await container.kill();
        await container.start();
        return { completion: waitUntilServing() };
      }),
    freeze: (durationMs, signal) =>
      injectNext(async () => {
        await container.freeze();
        return { completion: delay(durationMs, undefined, { signal }).finally(() => container.thaw()) };
      }),
    async events() {
      await completion;
      return deduplicateEvents(await events());
    },
    remove: () => container.remove(),
  };
}
