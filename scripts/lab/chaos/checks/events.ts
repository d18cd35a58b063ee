import { type Check, count } from '../check.ts';
import { grouped } from './grouped.ts';

/** Of each order the topic holds that it was placed and then how it ended, once each. */
export const eachOrderIsTold: Check = ({ books }) => {
  const told = grouped(books.events, ({ orderId }) => orderId);
  const known = new Set(books.orders.map(({ id }) => id));
  return {
    holds: 'Each order was announced as placed, then as confirmed or cancelled, once each',
    figure: count(books.events.length, 'events'),
    wrong: [
      ...books.orders.flatMap(({ key, id, state }) => {
        const kinds = (told.get(id) ?? []).map(({ kind }) => kind).join(', ');
        return kinds === `placed, ${state}`
          ? []
          : [`${key}: is ${state}, announced as ${kinds || 'nothing'}`];
      }),
      ...[...told.keys()]
        .filter((id) => !known.has(id))
        .map((id) => `order ${id}: was announced, and is not there`),
    ],
  };
};

/** Each event has had its effect once, at the consumer. */
export const appliedOnce: Check = ({ books }) => {
  const notifications = grouped(books.notifications, ({ id }) => id);
  const received = grouped(books.received, (id) => id);
  const known = new Set(books.events.map(({ id }) => id));
  const strangers = books.notifications.filter(({ id }) => !known.has(id));
  return {
    holds: 'Each event was applied once: one notification, of its order and kind',
    figure: count(books.notifications.length, 'notifications'),
    wrong: [
      ...books.events.flatMap(({ id, orderId, kind }) => {
        const all = notifications.get(id) ?? [];
        const times = received.get(id)?.length ?? 0;
        if (all.length !== 1)
          return [`event ${id}: ${kind} of order ${orderId} was told ${all.length} times`];
        if (times !== 1) return [`event ${id}: ${kind} of order ${orderId} is remembered ${times} times`];
        const fits = all[0]?.orderId === orderId && all[0].text.includes(`was ${kind}`);
        return fits ? [] : [`event ${id}: ${kind} of order ${orderId} was told as '${all[0]?.text}'`];
      }),
      ...strangers.map(({ id, orderId }) => `notification ${id}: of order ${orderId}, has no event`),
    ],
  };
};

/** No event waits to be published, and none was put aside. */
export const nothingIsStuck: Check = ({ books: { outbox, deadLetters } }) => ({
  holds: 'No event is stuck: the outbox is empty, and there are no dead letters',
  figure: `${outbox} waiting, ${deadLetters.length} put aside`,
  wrong: [
    ...(outbox > 0 ? [`${outbox} events wait in the outbox`] : []),
    ...deadLetters.map((id) => `event ${id}: was put aside`),
  ],
});
