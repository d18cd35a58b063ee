import { z } from 'zod';
import type { JsonSchema } from './openapi-document.ts';

const COMPONENTS = '#/components/schemas/';

/** Every schema that has an id, as OpenAPI components that refer to each other. */
export function componentSchemas(): Readonly<Record<string, JsonSchema>> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io: 'input', uri: (id) => COMPONENTS + id });
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([id, schema]) => [id, bare(schema as JsonSchema)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** @throws Error when `schema` has no id, so that it is no component */
export function referenceTo(schema: z.ZodType): JsonSchema {
  const id = z.globalRegistry.get(schema)?.id;
  if (!id) throw new Error('a schema of a body has no id: give it one with .meta({ id })');
  return { $ref: COMPONENTS + id };
}

/** The properties of an object schema, to be written as parameters. */
export function propertiesOf(schema: z.ZodObject): {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: ReadonlySet<string>;
} {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return { properties, required: new Set(required) };
}

/** Without what names a schema that stands alone. */
function bare(schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, $id: _uri, id: _id, ...rest } = schema;
  return rest;
}
