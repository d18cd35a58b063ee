import { describe, expect, test } from '@jest/globals';
import { parseSpans } from '../../../../../mesh/run/dashboard/otlp/parse-spans.ts';
import { span, spanId, traceId, traces } from '../otlp-requests.ts';

const refusalOf = (record: unknown) => parseSpans(traces('order', [record as object])).refusals;

describe('a span', () => {
  test.each([
    ['missing', undefined],
    ['empty, as the OpenTelemetry Collector writes it', ''],
    ['null', null],
    ['of zeros', '0000000000000000'],
  ])('is a root if its parent id is %s', (_, parentSpanId) => {
    const { records } = parseSpans(traces('order', [{ ...span(), parentSpanId }]));
    expect(records.map((record) => record.span.parentSpanId)).toEqual([undefined]);
  });

  test('has its ids in lower case', () => {
    const upper = { ...span(), traceId: 'ABCDEF'.padStart(32, '0'), spanId: 'ABCDEF'.padStart(16, '0') };
    expect(parseSpans(traces('order', [upper])).records[0]?.span).toMatchObject({
      traceId: traceId(0xabcdef),
      spanId: spanId(0xabcdef),
    });
  });

  test('has the service unknown_service if its resource does not name one', () => {
    const { records } = parseSpans({ resourceSpans: [{ scopeSpans: [{ spans: [span()] }] }] });
    expect(records.map(({ source }) => source.service)).toEqual(['unknown_service']);
  });

  test('may have kinds and statuses as names, as protobuf JSON allows', () => {
    const named = { ...span(), kind: 'SPAN_KIND_CLIENT', status: { code: 'STATUS_CODE_ERROR' } };
    expect(parseSpans(traces('order', [named])).records).toMatchObject([{ kind: 3, isError: true }]);
  });

  test('that ends before its start has no duration', () => {
    const { records } = parseSpans(traces('order', [span({ durationMs: -5 })]));
    expect(records.map(({ start, end }) => end - start)).toEqual([0]);
  });
});

describe('a span is refused with its path and value if', () => {
  const path = 'resourceSpans[0].scopeSpans[0].spans[0]';

  test.each([
    [
      'its trace id is base64',
      { traceId: 'AAAAAAAAAAAAAAAAAAAAAQ==' },
      'traceId is "AAAAAAAAAAAAAAAAAAAAAQ=="',
    ],
    ['its trace id is zeros', { traceId: '0'.repeat(32) }, 'use 32 hexadecimal digits'],
    ['its span id is missing', { spanId: undefined }, 'spanId is missing; use 16 hexadecimal digits'],
    ['its name is missing', { name: undefined }, 'name is missing; it must be a string'],
    [
      'its start is 0',
      { startTimeUnixNano: '0' },
      'startTimeUnixNano is "0"; use nanoseconds since the epoch',
    ],
    ['its end is a date', { endTimeUnixNano: '2026-01-01' }, 'endTimeUnixNano is "2026-01-01"'],
    ['its attributes are an object', { attributes: { a: 1 } }, 'attributes is {"a":1}; it must be a list'],
    ['an attribute is null', { attributes: [null] }, 'attributes[0] is null; it must be an object'],
    ['an attribute has no key', { attributes: [{ value: {} }] }, 'attributes[0].key is missing'],
    [
      'an attribute is plain text',
      { attributes: [{ key: 'a', value: 'x' }] },
      'attributes[0].value is "x"; it must be an object such as {"stringValue":""}',
    ],
    ['an event is null', { events: [null] }, 'events[0] is null; it must be an object'],
    [
      'an event has a number as its name',
      { events: [{ name: 5 }] },
      'events[0].name is 5; it must be a string',
    ],
    ['a link has no trace', { links: [{}] }, 'links[0].traceId is missing; use 32 hexadecimal digits'],
    ['its status is a number', { status: 2 }, 'status is 2; it must be an object'],
  ])('%s', (_, fields, message) => {
    expect(refusalOf({ ...span(), ...fields })).toEqual([expect.stringContaining(`${path}.`)]);
    expect(refusalOf({ ...span(), ...fields })).toEqual([expect.stringContaining(message)]);
  });

  test('it is no object', () => {
    expect(refusalOf(null)).toEqual([`${path} is null; it must be an object`]);
  });

  test('an attribute is nested deeper than 32 levels', () => {
    let value: object = { stringValue: 'x' };
    for (let depth = 0; depth < 10_000; depth++) value = { arrayValue: { values: [value] } };
    expect(refusalOf({ ...span(), attributes: [{ key: 'deep', value }] })).toEqual([
      expect.stringMatching(/is nested deeper than 32 levels$/),
    ]);
  });
});

test('an invalid span does not prevent the others of its request', () => {
  const { records, refusals } = parseSpans(
    traces('order', [span({ id: 1 }), { ...span({ id: 2 }), traceId: 'x' }, span({ id: 3 })]),
  );
  expect(records.map((record) => record.span.spanId)).toEqual([spanId(1), spanId(3)]);
  expect(refusals).toHaveLength(1);
});
