import { describe, expect, test } from '@jest/globals';
import { parseLogs } from '../../../../../mesh/run/dashboard/otlp/parse-logs.ts';
import { log, logs, NOW, nanoseconds, traceId } from '../otlp-requests.ts';

const parseOne = (record: object) => parseLogs(logs('order', [record]));

describe('a log record', () => {
  test.each([
    ['missing', undefined],
    ['0', '0'],
  ])('has the time of its observation if its time is %s', (_, timeUnixNano) => {
    const record = { ...log(), timeUnixNano, observedTimeUnixNano: nanoseconds(NOW) };
    expect(parseOne(record).records.map(({ time }) => time)).toEqual([NOW * 1_000]);
  });

  test.each([undefined, 0, 25, 'SEVERITY_NUMBER_WARN'])(
    'has the severity info if it is %j',
    (severityNumber) => {
      expect(parseOne({ ...log(), severityNumber }).records.map(({ severity }) => severity)).toEqual([9]);
    },
  );

  test('has its trace id in lower case in the record as well, so that it finds its trace', () => {
    const { records } = parseOne({ ...log(), traceId: 'ABCDEF'.padStart(32, '0') });
    expect(records).toMatchObject([{ traceId: traceId(0xabcdef), record: { traceId: traceId(0xabcdef) } }]);
  });

  test.each(['', null, '0'.repeat(32)])('belongs to no trace if its trace id is %j', (id) => {
    const { records } = parseOne({ ...log(), traceId: id });
    expect(records.map((one) => [one.traceId, 'traceId' in one.record])).toEqual([[undefined, false]]);
  });

  test.each([
    [
      'a body that is plain text',
      { body: 'x' },
      'body is "x"; it must be an object such as {"stringValue":""}',
    ],
    [
      'no time',
      { timeUnixNano: undefined },
      'observedTimeUnixNano is missing; use nanoseconds since the epoch',
    ],
    ['a trace id in base64', { traceId: 'AAAA==' }, 'traceId is "AAAA=="; use 32 hexadecimal digits'],
    [
      'a list that is none',
      { body: { arrayValue: { values: 5 } } },
      'arrayValue.values is 5; it must be a list',
    ],
    ['an attribute without a key', { attributes: [{}] }, 'attributes[0].key is missing; it must be a string'],
  ])('is refused with %s', (_, fields, message) => {
    expect(parseOne({ ...log(), ...fields })).toEqual({
      records: [],
      refusals: [expect.stringContaining(message)],
    });
  });
});
