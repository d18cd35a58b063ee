import { expect, test } from '@jest/globals';
import { parseConsumerLine } from '../../../../../scripts/lab/chaos/kind/kafka-capture.ts';

const ID = '019a0000-0000-7000-8000-000000000001';

test('parses an event from a line with headers, key and data', () => {
  const headers = `ce_specversion:1.0,ce_id:${ID},ce_time:2026-01-01T00:00:00Z`;
  expect(parseConsumerLine(`${headers}\torder-1\t{"kind":"placed","total":{"amount":5}}`)).toEqual({
    id: ID,
    orderId: 'order-1',
    kind: 'placed',
  });
});

test('rejects a message without an event id', () => {
  expect(() => parseConsumerLine('NO_HEADERS\tkey\t{}')).toThrow(
    'a message of topic orders has no ce_id header',
  );
});
