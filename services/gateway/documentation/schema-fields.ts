import type { JsonSchema, OpenApiDocument } from './openapi-document.ts';

export interface Field {
  /** From the body's root: `items[].quantity`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** The fields of a schema, with those of the objects within it. */
export function fields(schema: JsonSchema, document: OpenApiDocument, prefix = ''): readonly Field[] {
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

function nested(schema: JsonSchema): JsonSchema {
  return schema.items ?? (schema.properties ? schema : {});
}

/** The type with its limits, in a few words. */
export function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map(String).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  const unit = { string: ' characters', array: ' entries' }[schema.type ?? ''] ?? '';
  const low = schema.minimum ?? schema.minLength ?? schema.minItems;
  const high = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  const limits =
    high === undefined || high === Number.MAX_SAFE_INTEGER ? '' : `, ${low ?? 0} to ${high}${unit}`;
  return `${schema.format ?? schema.type ?? 'value'}${limits}`;
}

function resolve(schema: JsonSchema, document: OpenApiDocument): JsonSchema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}
