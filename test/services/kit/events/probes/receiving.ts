import { type CloudEventMessage, toMessage } from '../../../../../services/kit/events/cloud-event.ts';
import type { Probe } from './probe.ts';
import { numbers } from './stage.ts';

const n = (data: unknown) => (data as { n: number }).n;

export const failureSetAside: Probe = async (stage) => {
  const { events, broker, lines } = await stage.service({ maxAttempts: 4, initialPauseMs: 20 });
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
  const isTold = lines.some(({ level, message }) => level === 'error' && message === 'event dead-lettered');
  const isRest = (await stage.effects(store)).join() === '0,2';
  return isKept && grows && isTold && isRest ? 'exact' : 'unsupported';
};

/** The first event fails for as long as the probe looks; how many of those behind it, of many keys, get through. */
export const failureOthers: Probe = async (stage) => {
  const { events, broker } = await stage.service({ maxAttempts: 1_000, initialPauseMs: 1 });
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
  // The eleventh pause is of a second: a consumer that continues has done so by then.
  await stage.until(() => tries === 11);
  const through = await stage.count(store, 'effect');
  mended = true;
  await stage.until(async () => (await stage.count(store, 'effect')) >= 41);
  if (through === 40) return 'exact';
  return through > 0 ? 'approximate' : 'unsupported';
};

/** Messages of a topic that are not events, by the reason. */
const BAD: readonly [reason: string, change: (message: CloudEventMessage) => CloudEventMessage][] = [
  ["attribute 'specversion' is '0.3': not 1.0", withAttributes({ specversion: '0.3', id: '17' })],
  ['body of 5 bytes is not JSON', (message) => ({ ...message, body: Buffer.from('{"n":') })],
  ['body has 10485760 bytes', (message) => ({ ...message, body: Buffer.alloc(10_485_760, '7') })],
  ["'weft.order.v2.OrderEvent', which topic", withAttributes({ type: 'weft.order.v2.OrderEvent' })],
];

function withAttributes(attributes: CloudEventMessage['attributes']) {
  return (message: CloudEventMessage) => ({
    ...message,
    attributes: { ...message.attributes, ...attributes },
  });
}

export const unreadableSetAside: Probe = async (stage) => {
  const { events, broker } = await stage.service();
  const store = await stage.store();
  stage.consume(events, store);
  await broker.publish([stage.event(1)]);
  const applied: string[] = [];
  for (const [reason, change] of BAD) {
    const message = change(toMessage(stage.event(0), '/order'));
    if (await stage.rig.put(stage.topic, message)) applied.push(reason);
  }
  await broker.publish([stage.event(2)]);
  await stage.until(async () => (await stage.count(store, 'effect')) >= 2);
  await stage.until(async () => (await stage.count(store, 'dead_letter')) >= applied.length);
  const { rows } = await store.query('SELECT reason, origin, topic FROM dead_letter');
  const isTold = applied.every((reason) =>
    rows.some((row) => row.reason.startsWith('UnreadableError: ') && row.reason.includes(reason)),
  );
  const isFound = rows.every(({ reason, origin, topic }) => {
    const isEvent = reason.startsWith('UnreadableError: event');
    return topic === stage.topic && (isEvent || origin.startsWith(stage.topic));
  });
  const isRest = (await stage.effects(store)).join() === '1,2';
  return isTold && isFound && isRest && rows.length === applied.length ? 'exact' : 'unsupported';
};

export const groupNew: Probe = async (stage) => {
  const { events, broker } = await stage.service();
  const store = await stage.store();
  await broker.publish(numbers(5).map((one) => stage.event(one)));
  await stage.rig.expire(stage.topic);
  await broker.publish(numbers(5).map((one) => stage.event(one + 5)));
  stage.consume(events, store, undefined, 'latecomers');
  const isThere = async () => {
    // Events are published until one arrives, which shows that the group has joined.
    await broker.publish([stage.event(10)]);
    return (await stage.effects(store)).includes(10);
  };
  await stage.until(isThere);
  const count = (await stage.effects(store)).filter((one) => one < 10).length;
  if (count === 10) return 'exact';
  return count === 5 ? 'approximate' : 'unsupported';
};
