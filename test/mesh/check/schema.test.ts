import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { compileCel } from '../../../mesh/check/schema/cel-rule.ts';
import { compileSchema } from '../../../mesh/check/schema/compile-schema.ts';
import {
  FORMATS,
  type JsonSchema,
  mapSchemas,
  type Schemas,
} from '../../../mesh/check/schema/json-schema.ts';
import { NATIVE_RULES } from '../../../mesh/check/schema/native-rules.ts';
import { SchemaChecks } from '../../../mesh/check/schema/schema-checks.ts';
import { propertyRuns } from '../../property-runs.ts';
import { smallManifests } from './small-manifests.ts';

const [kubernetes, istio] = ['kubernetes', 'istio'].map(
  (name): Schemas =>
    JSON.parse(readFileSync(new URL(`../../../imports/schemas/${name}.json`, import.meta.url), 'utf8')),
) as [Schemas, Schemas];
const definitions = { ...kubernetes.definitions, ...istio.definitions };

/** Converts a vendored schema for ajv: replaces the Kubernetes keywords by standard ones. */
function forAjv(schema: JsonSchema): JsonSchema {
  const {
    format,
    description: _,
    'x-kubernetes-int-or-string': either,
    'x-kubernetes-validations': __,
    ...rest
  } = mapSchemas(schema, forAjv);
  const closed = schema.properties && schema.additionalProperties === undefined;
  return {
    ...(format && FORMATS[format]),
    ...rest,
    ...(either && { type: ['integer', 'string'] }),
    ...(closed && { additionalProperties: false }),
  };
}

const ajv = new Ajv({
  strict: false,
  schemas: [
    {
      $id: 'all',
      definitions: Object.fromEntries(
        Object.entries(definitions).map(([name, schema]) => [name, forAjv(schema)]),
      ),
    },
  ],
});
const checks = new SchemaChecks();
const VALID_OBJECTS = smallManifests().map(({ object }) => object);

test('validates randomly changed objects as ajv does, apart from CEL rules', () => {
  const values = fc.oneof(
    fc.constantFrom(
      '',
      '1',
      'x',
      '1.5Gi',
      'TCP',
      0,
      1,
      -1,
      0.5,
      70_000,
      2 ** 40,
      true,
      null,
      [],
      ['x'],
      {},
      { x: 'y' },
      [{}],
    ),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const changes = fc.array(fc.tuple(fc.nat(), values, fc.boolean()), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...VALID_OBJECTS), changes, (original, edits) => {
      const object = structuredClone(original) as Record<string, unknown>;
      for (const [at, value, rename] of edits) mutate(object, at, structuredClone(value), rename);
      const { apiVersion, kind } = original;
      const ours = (checks.of(apiVersion, kind)?.(object, '') ?? []).filter(
        ({ message }) => !message.includes('violates a CRD rule'),
      );
      const definition = { ...kubernetes.kinds, ...istio.kinds }[`${apiVersion}/${kind}`];
      const theirs = ajv.validate({ $ref: `all#/definitions/${definition}` }, object);
      expect({ object, valid: ours.length === 0, ours }).toEqual({ object, valid: theirs, ours });
    }),
    { numRuns: propertyRuns(150) },
  );
});

/** Replaces or adds one of the values inside `object`. */
function mutate(object: object, at: number, value: unknown, rename: boolean): void {
  const parents: object[] = [];
  const collect = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    parents.push(part);
    Object.values(part).forEach(collect);
  };
  collect(object);
  const parent = parents[at % parents.length] as Record<string, unknown>;
  const keys = Object.keys(parent);
  const key = keys[at % Math.max(1, keys.length)] ?? 'new';
  if (rename && !Array.isArray(parent)) parent[`${key}x`] = value;
  else parent[key] = value;
}

test('counts characters outside the basic multilingual plane as one character', () => {
  const check = compileSchema({ type: 'string', minLength: 2, maxLength: 2 }, {});
  expect(check('🙂🙂', '')).toEqual([]);
  expect(check('🙂', 'name')).toEqual([
    expect.objectContaining({ field: 'name', message: 'must have 2 to 2 characters' }),
  ]);
});

test('reports an unknown field of each vendored kind', () => {
  for (const key of checks.kinds) {
    const [apiVersion, kind] = [key.slice(0, key.lastIndexOf('/')), key.slice(key.lastIndexOf('/') + 1)];
    expect(checks.of(apiVersion, kind)?.({ apiVersion, kind, nonsense: 1 }, '')).toContainEqual(
      expect.objectContaining({ field: 'nonsense', isShapeValid: true }),
    );
  }
  expect(checks.of('v2', 'Pod')).toBeUndefined();
});

const RULES = new Map<string, string>();
function collectRules(schema: JsonSchema): JsonSchema {
  for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) RULES.set(rule, message);
  return mapSchemas(schema, collectRules);
}
Object.values(definitions).forEach(collectRules);

describe('CEL rules', () => {
  /** Sample values, among which each rule with a native function has valid and invalid ones. */
  const durations = [
    '2s',
    '2 seconds',
    '1ms',
    '0.5ms',
    '999us',
    '0s',
    '0',
    '-1s',
    '1h30m',
    '1.5s',
    '.5s',
    '5.s',
    '',
    's',
    '1d',
    '+3m',
    '1ms1',
    '1_0s',
    '100000ns',
    '1µs',
  ];
  const selectors = [
    {},
    { selector: {} },
    { targetRef: {} },
    { targetRefs: [] },
    { selector: {}, targetRef: {} },
    { targetRef: {}, targetRefs: [] },
  ];
  const keys = [
    {},
    { a: 'b' },
    { '': 'b' },
    { '*': 'b' },
    { 'a*b': 'c' },
    { '80': {} },
    { '0': {} },
    { '70000': {} },
    { '80': {}, '65536': {} },
    { '1.5': {} },
  ];
  const strings = ['', '*', 'a', 'a*'];
  const ports = [0, 1, -1, 65_535, 65_536];
  const entries = ['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', undefined].flatMap((resolution) =>
    [undefined, ['10.0.0.0/8'], ['10.0.0.1']].flatMap((addresses) =>
      [undefined, [], [{ address: 'a' }], [{ address: 'a' }, { address: 'b' }]].map((endpoints) =>
        JSON.parse(
          JSON.stringify({
            resolution,
            addresses,
            endpoints,
            workloadSelector: endpoints?.length === 1 ? {} : undefined,
          }),
        ),
      ),
    ),
  );
  const sources = [
    {},
    { serviceAccounts: ['a'] },
    { serviceAccounts: ['a'], principals: ['b'] },
    { notServiceAccounts: ['a'], notNamespaces: ['b'] },
    { principals: ['b'], namespaces: ['c'] },
  ];
  const numbers = [[], [{ number: 1 }], [{ number: 1 }, { number: 2 }], [{ number: 1 }, { number: 1 }]];
  const peers = [
    {},
    { portLevelMtls: { 80: {} } },
    { portLevelMtls: {}, selector: {} },
    { portLevelMtls: {}, selector: { matchLabels: {} } },
    { portLevelMtls: {}, selector: { matchLabels: { a: 'b' } } },
  ];
  const keySources = [
    {},
    { jwks: 'a' },
    { jwksUri: 'a' },
    { jwks: 'a', jwksUri: 'b' },
    { jwks_uri: 'a', jwks: 'b' },
  ];
  const SAMPLES: readonly (readonly [pattern: RegExp, values: readonly unknown[]])[] = [
    [/^duration/, durations],
    [/targetRefs/, selectors],
    [/all\(key/, keys],
    [/^!self|^self !=/, strings],
    [/^0 < self/, ports],
    [/workloadSelector|resolution/, entries],
    [/serviceAccounts/, sources],
    [/l1\.number/, numbers],
    [/portLevelMtls/, peers],
    [/jwks/, keySources],
  ];

  test.each(Object.keys(NATIVE_RULES))('evaluates %s as the CEL library does', (rule) => {
    expect([...RULES.keys()]).toContain(rule);
    const native = NATIVE_RULES[rule] as (self: unknown) => boolean;
    // The CEL library lacks url(), an extension of Kubernetes.
    if (rule.includes('url(')) {
      expect(['https://a/b', 'http://a', 'ftp://a', 'a', 'https:'].map(native)).toEqual([
        true,
        true,
        false,
        false,
        false,
      ]);
      return;
    }
    const reference = compileCel(rule);
    const values = SAMPLES.find(([pattern]) => pattern.test(rule))?.[1] ?? [];
    const results = new Set(values.map((value) => `${native(value)} ${reference(value)}`));
    expect([...results].sort()).toEqual(['false false', 'true true']);
  });

  test('compiles all other rules with the CEL library', () => {
    for (const rule of RULES.keys())
      if (!(rule in NATIVE_RULES)) expect(() => compileCel(rule)({})).not.toThrow();
    expect(compileCel('self.size() == 0')('')).toBe(true);
    expect(compileCel('has(self.address) || has(self.network)')({ network: 'a' })).toBe(true);
    expect(compileCel('has(self.address) || has(self.network)')({})).toBe(false);
  });
});
