import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nodesBelow, parseQuery } from '../../../mesh/check/queries/parse-query.ts';
import { noneOf, oneOf, selector } from '../../../mesh/compile/promql/selector.ts';
import { propertyRuns } from '../../property-runs.ts';

const VALUE = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('"', '\\', '\n', '}', '",x="', 'a.b|c', '$(x)'),
);

test('selects series by labels, patterns and exclusions', () => {
  expect(selector('up', { namespace: 'shop', service: oneOf(['a', 'b.c']), version: noneOf(['v1']) })).toBe(
    'up{namespace="shop",service=~"a|b\\\\.c",version!~"v1"}',
  );
  expect(selector('up', {})).toBe('up');
});

test('keeps every value inside of its quotes', () => {
  fc.assert(
    fc.property(VALUE, VALUE, (one, other) => {
      const query = selector('up', { service: one, pod: other });
      const { root, textOf } = parseQuery(query);
      const strings = nodesBelow(root).filter(({ name }) => name === 'StringLiteral');
      const values = strings.map((node) =>
        textOf(node)
          .slice(1, -1)
          .replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
      );
      expect(values).toEqual([one, other]);
    }),
    { numRuns: propertyRuns(500) },
  );
});

test('matches exactly the listed values, whatever they contain', () => {
  fc.assert(
    fc.property(fc.uniqueArray(VALUE, { minLength: 1, maxLength: 3 }), VALUE, (values, other) => {
      const match = oneOf(values);
      // Prometheus anchors patterns.
      const pattern = new RegExp(`^(?:${typeof match === 'string' ? match : match.value})$`, 'su');
      for (const value of [...values, other]) expect(pattern.test(value)).toBe(values.includes(value));
    }),
    { numRuns: propertyRuns(500) },
  );
});
