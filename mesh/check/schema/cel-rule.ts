import { createRequire } from 'node:module';
import type { CelRule } from './json-schema.ts';
import { NATIVE_RULES } from './native-rules.ts';
import type { SchemaCheck } from './schema-check.ts';

type Cel = typeof import('@bufbuild/cel');

/**
 * Compiles a CRD validation rule, which is written in the Common Expression Language (CEL). Rules that the compilers'
 * own objects exercise have an equivalent native function. The CEL library loads only when another rule is first used.
 */
export function compileRule({ rule, message }: CelRule): SchemaCheck {
  let holds: ((self: unknown) => boolean) | undefined = NATIVE_RULES[rule];
  return (value, field) => {
    holds ??= compileCel(rule);
    return holds(value)
      ? []
      : [{ field, value, message: `violates a CRD rule: ${message}`, isShapeValid: true }];
  };
}

/**
 * Compiles a CEL expression to a predicate.
 *
 * @throws Error if `rule` is not valid CEL, or calls a function that the library lacks
 */
export function compileCel(rule: string): (self: unknown) => boolean {
  const cel: Cel = createRequire(import.meta.url)('@bufbuild/cel');
  const evaluate = cel.plan(cel.celEnv(), cel.parse(rule));
  // Like the API server, treat an expression that fails to evaluate as violated.
  return (self) => evaluate({ self: toCel(self) as never }) === true;
}

/** Converts a JSON value to a CEL value. CEL distinguishes integers from doubles by type. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toCel);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toCel(item)]));
}
