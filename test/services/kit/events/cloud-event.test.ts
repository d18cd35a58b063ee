import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type CloudEventMessage,
  MAX_DATA_BYTES,
  MAX_KEY_BYTES,
  toEvent,
  toMessage,
} from '../../../../services/kit/events/cloud-event.ts';
import type { Event } from '../../../../services/kit/events/event.ts';

const EVENT: Event = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  topic: 'orders',
  type: 'weft.order.v1.OrderEvent',
  key: 'order-1',
  time: '2026-01-02T03:04:05.678Z',
  data: { n: 1 },
};

test('an event is a CloudEvent 1.0 with its attributes as CloudEvents names them', () => {
  const { attributes, body } = toMessage(EVENT, '/order');
  expect(attributes).toEqual({
    specversion: '1.0',
    id: EVENT.id,
    source: '/order',
    type: 'weft.order.v1.OrderEvent',
    time: '2026-01-02T03:04:05.678Z',
    partitionkey: 'order-1',
    datacontenttype: 'application/json',
  });
  expect(body.toString()).toBe('{"n":1}');
});

test('an event survives the conversion to a message and back, whatever its data and key', () => {
  const key = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((one) => !one.includes('\0'));
  const data = fc.jsonValue({ stringUnit: 'grapheme' });
  fc.assert(
    fc.property(key, data, (key, value) => {
      if (JSON.stringify(value).includes('\\u0000')) return;
      const event = { ...EVENT, key, data: JSON.parse(JSON.stringify(value)) };
      expect(toEvent(toMessage(event, '/order'), 'orders')).toEqual(event);
    }),
  );
});

test('a time with an offset is normalized to UTC; unknown attributes are ignored', () => {
  const message = changed({ time: '2026-01-02T05:04:05+02:00', traceparent: '00-1-2-01' });
  expect(toEvent(message, 'orders').time).toBe('2026-01-02T03:04:05.000Z');
});

test.each<[string, CloudEventMessage, RegExp]>([
  ['another version', changed({ specversion: '0.3' }), /'specversion' is '0.3': not 1.0/],
  ['no version', without('specversion'), /'specversion' is missing/],
  ['no id', without('id'), /'id' is missing/],
  ['an id that no inbox keeps', changed({ id: '17' }), /'id' is '17': not a UUID/],
  ['no source', without('source'), /'source' is missing/],
  ['no type', without('type'), /'type' is missing/],
  ['no key', without('partitionkey'), /'partitionkey' is missing/],
  ['an empty key', changed({ partitionkey: '' }), /'partitionkey' is '': empty/],
  ['a long key', changed({ partitionkey: 'é'.repeat(128) }), /'partitionkey' is 'é+': longer than 255 bytes/],
  ['a key with NUL', changed({ partitionkey: 'a\0' }), /contains NUL or a lone surrogate/],
  ['no time', without('time'), /'time' is missing/],
  ['a day', changed({ time: '2026-01-02' }), /'time' is '2026-01-02': not a time like/],
  [
    'XML',
    changed({ datacontenttype: 'text/xml' }),
    /'datacontenttype' is 'text\/xml': not application\/json/,
  ],
  ['all at once', { attributes: {}, body: Buffer.alloc(0) }, /'specversion' is missing.*'id' is missing/],
  ['truncated JSON', body('{"n":'), /body of 5 bytes is not JSON: SyntaxError/],
  ['nothing', body(''), /body of 0 bytes is not JSON/],
  [
    'no UTF-8',
    { ...toMessage(EVENT, '/order'), body: Buffer.from([0x22, 0xff, 0x22]) },
    /is not JSON: TypeError/,
  ],
  ['NUL in a text', body('{"a":"\\u0000"}'), /contains NUL or a lone surrogate/],
  ['half of a pair', body('["\\ud83d"]'), /contains NUL or a lone surrogate/],
  ['bottomless JSON', body('['.repeat(200_000) + ']'.repeat(200_000)), /is not JSON: RangeError/],
  [
    'too much',
    body(JSON.stringify('x'.repeat(MAX_DATA_BYTES))),
    /body has 524290 bytes, more than the limit of 524288/,
  ],
])('rejects a message with %s and names the reason', (_, message, reason) => {
  expect(() => toEvent(message, 'orders')).toThrow(reason);
  expect(() => toEvent(message, 'orders')).toThrow(expect.objectContaining({ name: 'UnreadableError' }));
});

test('text that looks like an escape sequence is accepted', () => {
  const event = { ...EVENT, data: { a: '\\u0000', b: '\\\\ud83d' } };
  expect(toEvent(toMessage(event, '/order'), 'orders')).toEqual(event);
});

test('an event that is too large is rejected by the publisher', () => {
  const large = { ...EVENT, data: 'x'.repeat(MAX_DATA_BYTES) };
  expect(() => toMessage(large, '/order')).toThrow(
    "of topic 'orders' has data of 524290 bytes, more than the limit of 524288; store it elsewhere",
  );
  const long = { ...EVENT, key: 'k'.repeat(MAX_KEY_BYTES + 1) };
  expect(() => toMessage(long, '/order')).toThrow('has a key of 256 bytes; use 1 to 255');
});

function changed(attributes: Readonly<Record<string, string>>): CloudEventMessage {
  const message = toMessage(EVENT, '/order');
  return { ...message, attributes: { ...message.attributes, ...attributes } };
}

function without(name: string): CloudEventMessage {
  const message = toMessage(EVENT, '/order');
  const attributes = Object.entries(message.attributes).filter(([key]) => key !== name);
  return { ...message, attributes: Object.fromEntries(attributes) };
}

function body(text: string): CloudEventMessage {
  return { ...toMessage(EVENT, '/order'), body: Buffer.from(text) };
}
