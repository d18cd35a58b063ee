import { expect, test } from '@jest/globals';
import {
  type Baggage,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import fc from 'fast-check';
import {
  AllowedBaggage,
  contextOf,
  installPropagation,
  traceparentOf,
} from '../../../../services/kit/telemetry/propagation.ts';

const extract = (keys: readonly string[], baggage: string): Baggage | undefined => {
  const propagator = new AllowedBaggage(new Set(keys));
  return propagation.getBaggage(propagator.extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter));
};

test('passes on the listed entries of the baggage, and no others', () => {
  const propagator = new AllowedBaggage(new Set(['tenant']));
  const header = 'tenant=blue,session=secret,user=jane%40example.com';
  const context = propagator.extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter);
  const carrier: { baggage?: string } = {};
  propagator.inject(context, carrier, defaultTextMapSetter);
  expect(carrier.baggage).toBe('tenant=blue');
});

test('without listed entries, neither reads nor writes baggage', () => {
  const propagator = new AllowedBaggage(new Set());
  const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: 'b' } }));
  const carrier: { baggage?: string } = {};
  propagator.inject(context, carrier, defaultTextMapSetter);
  expect(carrier.baggage).toBeUndefined();
  expect(extract([], 'a=b')).toBeUndefined();
});

test('ignores a baggage above 8,192 bytes as a whole', () => {
  expect(extract(['a'], `a=1,b=${'x'.repeat(8_192)}`)).toBeUndefined();
});

test('keeps no unlisted entry of any baggage', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 300 }),
      fc.dictionary(fc.stringMatching(/^\w{1,8}$/), fc.string()),
      (text, pairs) => {
        const header = `${text},${Object.entries(pairs).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)}`;
        const keys =
          extract(['tenant'], header)
            ?.getAllEntries()
            .map(([key]) => key) ?? [];
        expect(keys.filter((key) => key !== 'tenant')).toEqual([]);
      },
    ),
  );
});

test('a traceparent survives being read and written, and any other text is ignored', () => {
  installPropagation([]);
  const hex = (length: number) =>
    fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((digits) => /[1-9a-f]/.test(digits));
  fc.assert(
    fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, isSampled) => {
      const traceparent = `00-${traceId}-${spanId}-0${Number(isSampled)}`;
      expect(traceparentOf(contextOf(traceparent))).toBe(traceparent);
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), (text) => {
      expect(traceparentOf(contextOf(text))).toBeUndefined();
    }),
  );
});
