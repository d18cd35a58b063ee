import type { OpenApiDocument, OpenApiSchema } from './openapi-document.ts';

export interface Field {
  /** Path from the root of the body: `items[].quantity`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** Returns the fields of a schema and of its nested objects. */
export function fields(schema: OpenApiSchema, document: OpenApiDocument, prefix = ''): readonly Field[] {
  const { properties = {}, required = [], anyOf, items } = resolve(schema, document);
  const own = anyOf?.[0] ? fields(anyOf[0], document, prefix) : [];
  const inside = items ? fields(items, document, `${prefix}[]`) : [];
  return [
    ...own,
    ...inside,
    ...Object.entries(properties).flatMap(([name, property]) => {
      const path = prefix ? `${prefix}.${name}` : name;
      const resolved = resolve(property, document);
      const field = {
        path,
        type: typeOf(resolved),
        required: required.includes(name),
        description: String(property.description ?? ''),
      };
      return [field, ...fields(nested(resolved), document, resolved.items ? `${path}[]` : path)];
    }),
  ];
}

function nested(schema: OpenApiSchema): OpenApiSchema {
  return schema.items ?? (schema.properties ? schema : {});
}

/** Returns the type with its limits as text. */
export function typeOf(schema: OpenApiSchema): string {
  if (schema.enum) return schema.enum.map(String).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  const unit = { string: ' characters', array: ' entries' }[schema.type ?? ''] ?? '';
  const low = schema.minimum ?? schema.minLength ?? schema.minItems;
  const high = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  const limits =
    high === undefined || high === Number.MAX_SAFE_INTEGER ? '' : `, ${low ?? 0} to ${high}${unit}`;
  return `${schema.format ?? schema.type ?? 'value'}${limits}`;
}

function resolve(schema: OpenApiSchema, document: OpenApiDocument): OpenApiSchema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}
