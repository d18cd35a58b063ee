import { didYouMean } from '../rules/closest-name.ts';
import { BOUNDS } from './bounds.ts';
import { compileRule } from './cel-rule.ts';
import type { JsonSchema, Schemas } from './json-schema.ts';
import { FORMATS, typeOf } from './json-schema.ts';
import type { SchemaCheck, SchemaFailure } from './schema-check.ts';

const NONE: readonly SchemaFailure[] = [];

/**
 * Compiles a schema to a function, so that validating thousands of documents takes milliseconds. The function is as
 * strict as the API server: it rejects unknown fields and violations of CRD rules (`x-kubernetes-validations`).
 *
 * @param definitions schemas that a `$ref` may point to, by name
 * @throws Error if the schema has a `format` that `FORMATS` lacks
 */
export function compileSchema(schema: JsonSchema, definitions: Schemas['definitions']): SchemaCheck {
  const compiled = new Map<string, SchemaCheck>();

  function compile(part: JsonSchema): SchemaCheck {
    if (part.$ref) return compileReference(part.$ref);
    const checks = [
      ...compileBounds(part),
      ...(part.properties || typeof part.additionalProperties === 'object' ? [compileFields(part)] : []),
      ...(part.items ? [compileItems(part.items)] : []),
      ...compileAlternatives(part),
      ...(part['x-kubernetes-validations'] ?? []).map(compileRule),
    ];
    const types = typesOf(part);
    return (value, field) => {
      if (value === null && part.nullable) return NONE;
      if (types && !types.some((type) => typeOf(value, type))) {
        return [fail(field, value, `must be ${types.join(' or ')}`)];
      }
      return runChecks(checks, value, field);
    };
  }

  function compileReference(ref: string): SchemaCheck {
    return (value, field) => {
      const cached = compiled.get(ref);
      if (cached) return cached(value, field);
      const name = ref.slice('#/definitions/'.length);
      const check = compile(definitions[name] ?? {});
      compiled.set(ref, check);
      return check(value, field);
    };
  }

  function compileFields(part: JsonSchema): SchemaCheck {
    const properties = part.properties ?? {};
    const checks = new Map<string, SchemaCheck>();
    // Documents use few of the fields of a kind, so fields are compiled on first use.
    const checkOf = (name: string): SchemaCheck | undefined => {
      const field = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const check = field ? compile(field) : others;
      if (field && check) checks.set(name, check);
      return check;
    };
    const required = part.required ?? [];
    const others =
      typeof part.additionalProperties === 'object' ? compile(part.additionalProperties) : undefined;
    const allowsOthers = others !== undefined || part['x-kubernetes-preserve-unknown-fields'] === true;
    return (value, field) => {
      const object = value as Readonly<Record<string, unknown>>;
      let failures = NONE;
      for (const name in object) {
        const check = checks.get(name) ?? checkOf(name);
        const path = field === '' ? name : `${field}.${name}`;
        if (check) failures = join(failures, check(object[name], path));
        else if (!allowsOthers)
          failures = join(failures, [unknownField(path, name, object[name], Object.keys(properties))]);
      }
      for (const name of required) {
        if (object[name] !== undefined) continue;
        failures = join(failures, [fail(field === '' ? name : `${field}.${name}`, undefined, 'is required')]);
      }
      return failures;
    };
  }

  function compileItems(items: JsonSchema): SchemaCheck {
    const check = compile(items);
    return (value, field) => {
      let failures = NONE;
      for (const [index, item] of (value as readonly unknown[]).entries()) {
        failures = join(failures, check(item, `${field}[${index}]`));
      }
      return failures;
    };
  }

  function compileAlternatives({ allOf, anyOf, oneOf, not }: JsonSchema): readonly SchemaCheck[] {
    const checks: SchemaCheck[] = (allOf ?? []).map(compileBranch);
    if (anyOf)
      checks.push(compileCount(anyOf, (count) => count > 0, 'must hold one of the alternatives of its type'));
    if (oneOf)
      checks.push(
        compileCount(oneOf, (count) => count === 1, 'must hold exactly one of the alternatives of its type'),
      );
    if (not) checks.push(compileCount([not], (count) => count === 0, 'holds fields that exclude each other'));
    return checks;
  }

  /** Compiles one alternative. It constrains its fields, but does not have to declare all fields of the object. */
  function compileBranch(part: JsonSchema): SchemaCheck {
    return compile({ ...part, 'x-kubernetes-preserve-unknown-fields': true });
  }

  function compileCount(
    parts: readonly JsonSchema[],
    holds: (count: number) => boolean,
    message: string,
  ): SchemaCheck {
    const branches = parts.map((part) => compileRequired(part) ?? compileBranch(part));
    return (value, field) => {
      const count = branches.filter((branch) => branch(value, field).length === 0).length;
      return holds(count) ? NONE : [fail(field, value, message, true)];
    };
  }

  return compile(schema);
}

/** Compiles the most frequent alternative of CRDs, which only requires fields. Returns undefined for any other. */
function compileRequired(part: JsonSchema): SchemaCheck | undefined {
  const { required, ...rest } = part;
  if (!required || Object.keys(rest).length > 0) return undefined;
  return (value, field) => {
    const object = value as Readonly<Record<string, unknown>>;
    return required.every((name) => object[name] !== undefined) ? NONE : [fail(field, value, 'is required')];
  };
}

function compileBounds(schema: JsonSchema): readonly SchemaCheck[] {
  const format = schema.format === undefined ? {} : FORMATS[schema.format];
  if (!format) throw new Error(`unknown schema format '${schema.format}'; add it to FORMATS`);
  const bounded = { ...format, ...schema };
  return BOUNDS.flatMap((bound) => {
    const explainViolation = bound(bounded);
    if (!explainViolation) return [];
    const check: SchemaCheck = (value, field) => {
      const message = explainViolation(value);
      return message === undefined ? NONE : [fail(field, value, message, true)];
    };
    return [check];
  });
}

function typesOf(schema: JsonSchema): readonly string[] | undefined {
  if (schema['x-kubernetes-int-or-string']) return ['integer', 'string'];
  if (schema.type === undefined) return undefined;
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

function runChecks(checks: readonly SchemaCheck[], value: unknown, field: string): readonly SchemaFailure[] {
  let failures = NONE;
  for (const check of checks) failures = join(failures, check(value, field));
  return failures;
}

function join(some: readonly SchemaFailure[], more: readonly SchemaFailure[]): readonly SchemaFailure[] {
  if (more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

function fail(field: string, value: unknown, message: string, isShapeValid = false): SchemaFailure {
  return { field, value, message, isShapeValid };
}

function unknownField(path: string, name: string, value: unknown, fields: Iterable<string>): SchemaFailure {
  return fail(path, value, `is not a field of this kind: remove it${didYouMean(name, fields)}`, true);
}
