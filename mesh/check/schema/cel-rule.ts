import { createRequire } from 'node:module';
import type { SchemaCheck } from './compile-schema.ts';
import type { CelRule } from './json-schema.ts';
import { NATIVE_RULES } from './native-rules.ts';

type Cel = typeof import('@bufbuild/cel');

/**
 * A rule of a CRD in the Common Expression Language. The rules that the compilers' own objects meet have a
 * function here that says the same; for the others the CEL library is loaded when the first is met.
 */
export function compileRule({ rule, message }: CelRule): SchemaCheck {
  let holds: ((self: unknown) => boolean) | undefined = NATIVE_RULES[rule];
  return (value, field) => {
    holds ??= compileCel(rule);
    return holds(value)
      ? []
      : [{ field, value, message: `breaks a rule of its CRD: ${message}`, isShapeValid: true }];
  };
}

/** @throws Error when the rule is not CEL, or uses a function that the library does not have */
export function compileCel(rule: string): (self: unknown) => boolean {
  const cel: Cel = createRequire(import.meta.url)('@bufbuild/cel');
  const evaluate = cel.plan(cel.celEnv(), cel.parse(rule));
  // Like the API server: an expression that ends in an error does not hold.
  return (self) => evaluate({ self: toCel(self) as never }) === true;
}

/** CEL tells integers from other numbers by their type. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toCel);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toCel(item)]));
}
