import type { Probe } from './probe.ts';
import { numbers } from './stage.ts';

const n = (data: unknown) => (data as { n: number }).n;

export const failureSetAside: Probe = async (stage) => {
  const { events, broker, lines } = await stage.service({ attempts: 4, firstPauseMs: 20 });
  const store = await stage.store();
  const tries: number[] = [];
  stage.consume(events, store, async ({ data }) => {
    if (n(data) !== 1) return;
    tries.push(performance.now());
    throw new TypeError('no such customer');
  });
  await broker.publish(numbers(3).map((one) => stage.event(one)));
  await stage.until(async () => (await stage.count(store, 'effect')) >= 2);
  const { rows } = await store.query('SELECT reason, attempts, data FROM dead_letter');
  const isKept =
    rows.length === 1 &&
    rows[0].reason === 'TypeError: no such customer' &&
    rows[0].attempts === 4 &&
    n(rows[0].data) === 1;
  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  const grows = pauses.length === 3 && pauses.every((pause, index) => pause >= 20 * 2 ** index - 2);
  const isTold = lines.some(({ level, message }) => level === 'error' && message === 'event put aside');
  const isRest = (await stage.effects(store)).join() === '0,2';
  return isKept && grows && isTold && isRest ? 'exact' : 'unsupported';
};

/** The first event fails for as long as the probe looks; how many of those behind it, of many keys, get through. */
export const failureOthers: Probe = async (stage) => {
  const { events, broker } = await stage.service({ attempts: 1_000, firstPauseMs: 1 });
  const store = await stage.store();
  const keys = numbers(40).map((one) => `key-${one}`);
  await broker.publish([stage.event(0, 'failing'), ...keys.map((key, index) => stage.event(index + 1, key))]);
  let mended = false;
  let tries = 0;
  stage.consume(events, store, async ({ key }) => {
    if (key !== 'failing' || mended) return;
    tries += 1;
    throw new Error('not yet');
  });
  // The eleventh pause is of a second: whoever goes on meanwhile has gone on.
  await stage.until(() => tries === 11);
  const through = await stage.count(store, 'effect');
  mended = true;
  await stage.until(async () => (await stage.count(store, 'effect')) >= 41);
  if (through === 40) return 'exact';
  return through > 0 ? 'approximate' : 'unsupported';
};

export const unreadableSetAside: Probe = async (stage) => {
  const { events, broker } = await stage.service();
  const store = await stage.store();
  stage.consume(events, store);
  await broker.publish([stage.event(1)]);
  const isIn = await stage.rig.putUnreadable(stage.topic);
  await broker.publish([stage.event(2)]);
  await stage.until(async () => (await stage.count(store, 'effect')) >= 2);
  if (!isIn) return 'exact';
  const { rows } = await stage.until(async () => {
    const found = await store.query('SELECT reason, origin, topic FROM dead_letter');
    return found.rows.length > 0 && found;
  });
  const isTold =
    /^UnreadableError: attribute 'specversion' is '0.3': not 1.0/.test(rows[0].reason) &&
    rows[0].origin.startsWith(stage.topic) &&
    rows[0].topic === stage.topic;
  return isTold && rows.length === 1 ? 'exact' : 'unsupported';
};

export const groupNew: Probe = async (stage) => {
  const { events, broker } = await stage.service();
  const store = await stage.store();
  await broker.publish(numbers(5).map((one) => stage.event(one)));
  await stage.rig.expire(stage.topic);
  await broker.publish(numbers(5).map((one) => stage.event(one + 5)));
  stage.consume(events, store, undefined, 'latecomers');
  const isThere = async () => {
    // What is published again and again until it comes says when the group is there.
    await broker.publish([stage.event(10)]);
    return (await stage.effects(store)).includes(10);
  };
  await stage.until(isThere);
  const seen = (await stage.effects(store)).filter((one) => one < 10).length;
  if (seen === 10) return 'exact';
  return seen === 5 ? 'approximate' : 'unsupported';
};
