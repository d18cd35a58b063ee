import { formatCount, type InvariantCheck } from '../invariant-check.ts';

/** Checks that the topic has two events of each order: placed, then its final state. */
export const everyOrderIsPublished: InvariantCheck = ({ ledger }) => {
  const eventsByOrder = Map.groupBy(ledger.events, ({ orderId }) => orderId);
  const orderIds = new Set(ledger.orders.map(({ id }) => id));
  return {
    invariant: 'Every order was published as placed, then as confirmed or cancelled, once each',
    figure: formatCount(ledger.events.length, 'events'),
    violations: [
      ...ledger.orders.flatMap(({ key, id, state }) => {
        const kinds = (eventsByOrder.get(id) ?? []).map(({ kind }) => kind).join(', ');
        return kinds === `placed, ${state}`
          ? []
          : [`${key}: is ${state}, but published as ${kinds || 'nothing'}`];
      }),
      ...[...eventsByOrder.keys()]
        .filter((id) => !orderIds.has(id))
        .map((id) => `order ${id}: was published, but does not exist`),
    ],
  };
};

/** Checks that the consumer applied each event exactly once. */
export const everyEventIsAppliedOnce: InvariantCheck = ({ ledger }) => {
  const notificationsByEvent = Map.groupBy(ledger.notifications, ({ id }) => id);
  const receiptsByEvent = Map.groupBy(ledger.inboxEventIds, (id) => id);
  const eventIds = new Set(ledger.events.map(({ id }) => id));
  const strays = ledger.notifications.filter(({ id }) => !eventIds.has(id));
  return {
    invariant: 'Every event was applied once: one notification with its order and kind',
    figure: formatCount(ledger.notifications.length, 'notifications'),
    violations: [
      ...ledger.events.flatMap(({ id, orderId, kind }) => {
        const event = `event ${id} (${kind}, order ${orderId})`;
        const notifications = notificationsByEvent.get(id) ?? [];
        const receipts = receiptsByEvent.get(id)?.length ?? 0;
        if (notifications.length !== 1) return [`${event}: has ${notifications.length} notifications`];
        if (receipts !== 1) return [`${event}: is in the inbox ${receipts} times`];
        const [notification] = notifications;
        const matches = notification?.orderId === orderId && notification.text.includes(`was ${kind}`);
        return matches ? [] : [`${event}: its notification is '${notification?.text}'`];
      }),
      ...strays.map(({ id, orderId }) => `notification ${id}: is for order ${orderId}, but has no event`),
    ],
  };
};

/** Checks that the outbox is empty and that no event was dead-lettered. */
export const noEventIsStuck: InvariantCheck = ({ ledger: { outboxLength, deadLetters } }) => ({
  invariant: 'No event is stuck: the outbox is empty, and there are no dead letters',
  figure: `${outboxLength} in the outbox, ${formatCount(deadLetters.length, 'dead letters')}`,
  violations: [
    ...(outboxLength > 0 ? [`${outboxLength} events are in the outbox`] : []),
    ...deadLetters.map((id) => `event ${id}: is dead-lettered`),
  ],
});
