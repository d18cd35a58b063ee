import { didYouMean } from '../rules/closest-name.ts';
import { BOUNDS } from './bounds.ts';
import { compileRule } from './cel-rule.ts';
import { FORMATS } from './formats.ts';
import type { JsonSchema, Schemas } from './json-schema.ts';
import { typeOf } from './type-of.ts';

/** What is wrong with a part of a document. */
export interface SchemaFailure {
  /** Where: `spec.http[0].timeout`; empty for the document itself. */
  readonly field: string;
  readonly value: unknown;
  /** What it must be. */
  readonly message: string;
  /** Whether the rest of the document still has the shape that its type says. */
  readonly isShapeValid: boolean;
}

/** Checks the part of a document that is at `field`. */
export type SchemaCheck = (value: unknown, field: string) => readonly SchemaFailure[];

const NONE: readonly SchemaFailure[] = [];

/**
 * Makes a function of a schema, so that thousands of documents are checked in milliseconds. As strict as the
 * API server: an unknown field fails, and so does a rule of a CRD (x-kubernetes-validations).
 *
 * @throws Error when the schema has a keyword value that is not known here
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
      return together(checks, value, field);
    };
  }

  function compileReference(ref: string): SchemaCheck {
    return (value, field) => {
      const known = compiled.get(ref);
      if (known) return known(value, field);
      const name = ref.slice('#/definitions/'.length);
      const check = compile(definitions[name] ?? {});
      compiled.set(ref, check);
      return check(value, field);
    };
  }

  function compileFields(part: JsonSchema): SchemaCheck {
    const properties = part.properties ?? {};
    const known = new Map<string, SchemaCheck>();
    // Most fields of a kind are in no document: what is not met is not compiled.
    const checkOf = (name: string): SchemaCheck | undefined => {
      const field = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const check = field ? compile(field) : others;
      if (field && check) known.set(name, check);
      return check;
    };
    const required = part.required ?? [];
    const others =
      typeof part.additionalProperties === 'object' ? compile(part.additionalProperties) : undefined;
    const open = others !== undefined || part['x-kubernetes-preserve-unknown-fields'] === true;
    return (value, field) => {
      const object = value as Readonly<Record<string, unknown>>;
      let failures = NONE;
      for (const name in object) {
        const check = known.get(name) ?? checkOf(name);
        const path = field === '' ? name : `${field}.${name}`;
        if (check) failures = join(failures, check(object[name], path));
        else if (!open)
          failures = join(failures, [unknownField(path, name, object[name], Object.keys(properties))]);
      }
      for (const name of required) {
        if (object[name] !== undefined) continue;
        failures = join(failures, [
          fail(field === '' ? name : `${field}.${name}`, undefined, 'must be there'),
        ]);
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

  /** A part of an alternative: it constrains, and does not say which fields there are. */
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

/** The usual alternative of a CRD: that certain fields are there. */
function compileRequired(part: JsonSchema): SchemaCheck | undefined {
  const { required, ...rest } = part;
  if (!required || Object.keys(rest).length > 0) return undefined;
  return (value, field) => {
    const object = value as Readonly<Record<string, unknown>>;
    return required.every((name) => object[name] !== undefined)
      ? NONE
      : [fail(field, value, 'must be there')];
  };
}

function compileBounds(schema: JsonSchema): readonly SchemaCheck[] {
  const format = schema.format === undefined ? {} : FORMATS[schema.format];
  if (!format) throw new Error(`format ${schema.format} is unknown: add it to FORMATS`);
  const bounded = { ...format, ...schema };
  return BOUNDS.flatMap((bound) => {
    const broken = bound(bounded);
    if (!broken) return [];
    const check: SchemaCheck = (value, field) => {
      const message = broken(value);
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

function together(checks: readonly SchemaCheck[], value: unknown, field: string): readonly SchemaFailure[] {
  let failures = NONE;
  for (const check of checks) failures = join(failures, check(value, field));
  return failures;
}

function join(some: readonly SchemaFailure[], more: readonly SchemaFailure[]): readonly SchemaFailure[] {
  if (more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

function fail(field: string, value: unknown, message: string, shapeHolds = false): SchemaFailure {
  return { field, value, message, isShapeValid: shapeHolds };
}

function unknownField(path: string, name: string, value: unknown, known: Iterable<string>): SchemaFailure {
  return fail(path, value, `is not a field of this kind: remove it${didYouMean(name, known)}`, true);
}
