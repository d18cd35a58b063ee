import { setTimeout as delay } from 'node:timers/promises';
import type { Secrets } from '../../../../mesh/run/secrets.ts';
import type { BrokerContainer, ContainedBroker } from '../../brokers/broker-container.ts';
import { type BookedEvent, distinct } from '../books.ts';
import type { Begun } from '../stage.ts';
import type { LocalBroker } from './broker.ts';

/** What one broker does in its own way. */
export interface Parts {
  readonly kind: ContainedBroker;
  readonly container: BrokerContainer;
  readonly address: string;
  /** Whether it serves; what has to be done for it after a start is done here. */
  serves(): Promise<boolean>;
  /** Lets the services in, once it serves. */
  admit(secrets: Secrets): Promise<void>;
  events(): Promise<readonly BookedEvent[]>;
}

const LOOK_MS = 250;
/** A container that has just been started takes this long at most on a busy machine, milliseconds. */
const PATIENCE_MS = 180_000;

/** A broker in a container, to which one thing is done after the other. */
export function containedBroker(parts: Parts): LocalBroker {
  const { kind, container, address, admit, events } = parts;
  let over: Promise<void> = Promise.resolve();
  const untilItServes = async () => {
    for (const end = performance.now() + PATIENCE_MS; ; await delay(LOOK_MS)) {
      if (await parts.serves()) return;
      if (performance.now() > end)
        throw new Error(`${kind} does not serve ${PATIENCE_MS / 1_000} s after its start`);
    }
  };
  /** Does something when what was done before is over: a container can neither be killed nor frozen while it is away. */
  const next = async (act: () => Promise<Begun>): Promise<Begun> => {
    await over;
    const begun = await act();
    over = begun.over;
    over.catch(() => {});
    return begun;
  };
  return {
    kind,
    address,
    async admit(secrets) {
      await untilItServes();
      await admit(secrets);
    },
    kill: () =>
      next(async () => {
        await container.kill();
        await container.start();
        return { over: untilItServes() };
      }),
    freeze: (milliseconds, signal) =>
      next(async () => {
        await container.freeze();
        return { over: delay(milliseconds, undefined, { signal }).finally(() => container.thaw()) };
      }),
    async events() {
      await over;
      return distinct(await events());
    },
    remove: () => container.remove(),
  };
}
