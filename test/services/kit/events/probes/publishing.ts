import { setTimeout as delay } from 'node:timers/promises';
import { transaction } from '../../../../../services/kit/store/transaction.ts';
import type { Probe } from './probe.ts';
import { numbers } from './stage.ts';

const KEYS = ['a', 'b', 'c', 'd'];

/** Killed and started again while events come in and go out: each has its effect, once, in the order of its key. */
export const publishedKept: Probe = async (stage) => {
  const { events } = await stage.service();
  const store = await stage.store();
  stage.run(events.outbox.relay(store));
  stage.consume(events, store);
  let written = 0;
  const more = async (until: () => boolean) => {
    do {
      for (const key of KEYS) await events.outbox.append(store, stage.event(written, key));
      written += 1;
    } while (!until());
  };
  await more(() => written === 50);
  await stage.until(async () => (await stage.count(store, 'effect')) > 0);
  let back = false;
  const load = more(() => back && written % 50 === 0);
  await stage.rig.kill();
  await stage.rig.start();
  back = true;
  await load;
  await stage.until(async () => (await stage.count(store, 'effect')) >= KEYS.length * written);
  const effects = await Promise.all(KEYS.map((key) => stage.effects(store, key)));
  const isKept = effects.every((some) => some.join() === numbers(written).join());
  return isKept && (await stage.count(store, 'outbox')) === 0 ? 'exact' : 'unsupported';
};

export const publishedAway: Probe = async (stage) => {
  const { events, lines } = await stage.service();
  const store = await stage.store();
  await stage.rig.settle();
  await stage.rig.kill();
  stage.run(events.outbox.relay(store));
  for (const n of numbers(5)) await events.outbox.append(store, stage.event(n));
  await stage.until(() => lines.some(({ message }) => message.startsWith('outbox relay failed')));
  const waiting = await stage.count(store, 'outbox');
  await stage.rig.start();
  stage.consume(events, store);
  await stage.until(async () => (await stage.count(store, 'effect')) >= 5);
  return waiting === 5 && (await stage.effects(store)).join() === '0,1,2,3,4' ? 'exact' : 'unsupported';
};

export const publishedSilent: Probe = async (stage) => {
  const { events, broker } = await stage.service();
  const store = await stage.store();
  await events.outbox.append(store, stage.event(0));
  stage.consume(events, store);
  const relay = stage.run(events.outbox.relay(store));
  await stage.until(async () => (await stage.count(store, 'effect')) === 1);
  await relay.stop();
  await stage.rig.freeze();
  const publishing = broker.publish([stage.event(1)]).then(
    () => 'kept',
    () => 'timed out',
  );
  // A publisher that has not timed out after the limit never does.
  const outcome = await Promise.race([publishing, delay(3 * stage.publishLimitMs).then(() => 'waits')]);
  await events.outbox.append(store, stage.event(2));
  await stage.rig.thaw();
  await publishing;
  stage.run(events.outbox.relay(store));
  await stage.until(async () => (await stage.effects(store)).includes(2));
  if (outcome === 'timed out') return 'exact';
  return outcome === 'waits' ? 'approximate' : 'unsupported';
};

/** Two relays and many writers, and the same events published and read again. */
export const repeatHarmless: Probe = async (stage) => {
  const { events, broker } = await stage.service();
  const [store, others] = [await stage.store(), await stage.store()];
  const one = stage.event(1);
  await broker.publish([one, one]);
  await broker.publish([one]);
  const first = stage.consume(events, store);
  stage.consume(events, others, undefined, 'others');
  await stage.until(async () => (await stage.count(store, 'effect')) >= 1);
  await first.stop();
  await broker.publish([one, stage.event(2)]);
  stage.consume(events, store);
  await stage.until(async () => (await stage.effects(store)).includes(2));
  return (await stage.effects(store)).join() === '1,2' ? 'exact' : 'unsupported';
};

/** While two relays publish what eight write at once, members come and go and some events fail at first. */
export const orderKey: Probe = async (stage) => {
  const { events } = await stage.service();
  const other = await stage.service();
  const store = await stage.store();
  for (const { outbox } of [events, other.events]) stage.run(outbox.relay(store));
  const failed = new Set<string>();
  const failOnce = async ({ id, data }: { id: string; data: unknown }) => {
    if ((data as { n: number }).n % 7 !== 3 || failed.has(id)) return;
    failed.add(id);
    throw new Error('not yet');
  };
  const leaving = stage.consume(events, store, failOnce);
  stage.consume(other.events, store, failOnce);
  const keys = numbers(8).map((n) => `key-${n}`);
  await Promise.all(
    keys.map(async (key) => {
      for (const n of numbers(30)) {
        await transaction(store, (tx) => events.outbox.append(tx, stage.event(n, key)));
      }
    }),
  );
  await stage.until(async () => (await stage.count(store, 'effect')) >= 40);
  await leaving.stop();
  await stage.until(async () => (await stage.count(store, 'effect')) >= 240);
  const effects = await Promise.all(keys.map((key) => stage.effects(store, key)));
  return effects.every((some) => some.join() === numbers(30).join()) ? 'exact' : 'unsupported';
};
