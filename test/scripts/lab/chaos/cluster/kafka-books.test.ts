import { expect, test } from '@jest/globals';
import { eventOfLine } from '../../../../../scripts/lab/chaos/cluster/kafka-books.ts';

const ID = '019a0000-0000-7000-8000-000000000001';

test('an event is read from a line with its headers, key and data', () => {
  const headers = `ce_specversion:1.0,ce_id:${ID},ce_time:2026-01-01T00:00:00Z`;
  expect(eventOfLine(`${headers}\torder-1\t{"kind":"placed","total":{"amount":5}}`)).toEqual({
    id: ID,
    orderId: 'order-1',
    kind: 'placed',
  });
});

test('a message that is no event is told', () => {
  expect(() => eventOfLine('NO_HEADERS\tkey\t{}')).toThrow('topic orders has a message without ce_id');
});
