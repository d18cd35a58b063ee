import { expect, test } from '@jest/globals';
import type { Event } from '../../../../services/kit/events/event.ts';
import { decodeEventBody, typeProblem } from '../../../../services/kit/events/event-body.ts';
import { OrderEvent } from '../../../../services/proto/gen/weft/order/v1/order.ts';

const EVENT: Event = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  topic: 'orders',
  type: 'weft.order.v1.OrderEvent',
  key: 'order-1',
  time: '2026-01-02T03:04:05.678Z',
  data: { kind: 'placed', order: { id: 'order-1', status: 'pending' } },
};

test('a body is decoded; unknown fields of a newer publisher are ignored', () => {
  const read = decodeEventBody(EVENT, OrderEvent);
  expect(read).toMatchObject({ kind: 'placed', order: { id: 'order-1', status: 'pending' } });
  const newer = {
    kind: 'placed',
    order: { id: 'order-1', status: 'pending', gift: true },
    by: { name: 'x' },
  };
  expect(decodeEventBody({ ...EVENT, data: newer }, OrderEvent)).toEqual(read);
});

test('a body of an older publisher lacks fields that have defaults', () => {
  expect(decodeEventBody({ ...EVENT, data: {} }, OrderEvent)).toEqual({ kind: '', order: undefined });
});

test.each([
  [
    'another version',
    { type: 'weft.order.v2.OrderEvent' },
    /is of type 'weft.order.v2.OrderEvent', not weft.order.v1/,
  ],
  ['a text', { data: 'placed' }, /is "placed", not a JSON object of type weft.order.v1.OrderEvent/],
  ['nothing', { data: null }, /is null, not a JSON object/],
  ['a list', { data: [1] }, /is \[1\], not a JSON object/],
])('rejects an event with %s and names the reason', (_, changes, reason) => {
  const read = () => decodeEventBody({ ...EVENT, ...changes }, OrderEvent);
  expect(read).toThrow(reason);
  expect(read).toThrow(expect.objectContaining({ name: 'UnreadableError' }));
});

test('a topic carries exactly the types that the graph declares', () => {
  const carries = { orders: ['weft.order.v1.OrderEvent', 'weft.order.v2.OrderEvent'] };
  expect(typeProblem(EVENT, carries)).toBeUndefined();
  expect(typeProblem({ ...EVENT, type: 'weft.order.v2.OrderEvent' }, carries)).toBeUndefined();
  expect(typeProblem({ ...EVENT, type: 'weft.order.v1.Order' }, carries)).toBe(
    "is of type 'weft.order.v1.Order', which topic 'orders' does not carry (weft.order.v1.OrderEvent, weft.order.v2.OrderEvent); add it to the topic's messageTypes in the graph",
  );
  expect(typeProblem({ ...EVENT, topic: 'constructor' }, carries)).toContain('(nothing)');
});
