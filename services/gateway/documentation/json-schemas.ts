import { z } from 'zod';
import type { OpenApiSchema } from './openapi-document.ts';

const COMPONENTS = '#/components/schemas/';

/** Returns every schema that has an id, as OpenAPI components. */
export function componentSchemas(): Readonly<Record<string, OpenApiSchema>> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io: 'input', uri: (id) => COMPONENTS + id });
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([id, schema]) => [id, bare(schema as OpenApiSchema)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Returns a reference to the component of `schema`. @throws Error when `schema` has no id */
export function referenceTo(schema: z.ZodType): OpenApiSchema {
  const id = z.globalRegistry.get(schema)?.id;
  if (!id) throw new Error('the schema of a body has no id; set one with .meta({ id })');
  return { $ref: COMPONENTS + id };
}

/** Returns the properties of an object schema, for parameters. */
export function propertiesOf(schema: z.ZodObject): {
  readonly properties: Readonly<Record<string, OpenApiSchema>>;
  readonly required: ReadonlySet<string>;
} {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as OpenApiSchema;
  return { properties, required: new Set(required) };
}

/** Removes the fields that name a standalone schema. */
function bare(schema: OpenApiSchema): OpenApiSchema {
  const { $schema: _dialect, $id: _uri, id: _id, ...rest } = schema;
  return rest;
}
