import { type JsonSchema, mapSchemas } from '../../../mesh/check/schema/json-schema.ts';

const KEYWORDS = new Set([
  'description',
  'type',
  'format',
  'properties',
  'additionalProperties',
  'items',
  'required',
  'enum',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'nullable',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
]);

/** A quantity: `500m`, `1.5Gi`, `1e3` (apimachinery, pkg/api/resource). No schema says so. */
const QUANTITY = '^[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?$';

/** Fields of ObjectMeta that the server writes; a manifest has no business with them. */
const SERVER_METADATA = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/**
 * What `roots` need of the definitions in `all`, without what the server writes (status, parts of metadata)
 * and without defaults and descriptions.
 */
export function trimDefinitions(
  all: Readonly<Record<string, JsonSchema>>,
  roots: readonly string[],
): Record<string, JsonSchema> {
  const kept: Record<string, JsonSchema> = {};
  const visit = (name: string): void => {
    const schema = all[name];
    if (name in kept || !schema) return;
    kept[name] = {};
    const dropped =
      'x-kubernetes-group-version-kind' in schema
        ? ['status']
        : name.endsWith('.ObjectMeta')
          ? SERVER_METADATA
          : [];
    const { description: _, ...trimmed } = trim(without(schema, dropped), { describe: false, visit });
    kept[name] = name.endsWith('.Quantity') ? { ...trimmed, pattern: QUANTITY } : trimmed;
  };
  roots.forEach(visit);
  return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The schema of a CRD without what the server writes; of each description, its first sentence. */
export function trimCrd(schema: JsonSchema): JsonSchema {
  return trim(without(schema, ['status']), { describe: true, visit: () => {} });
}

function without(schema: JsonSchema, dropped: readonly string[]): JsonSchema {
  const fields = Object.entries(schema.properties ?? {}).filter(([field]) => !dropped.includes(field));
  return schema.properties ? { ...schema, properties: Object.fromEntries(fields) } : schema;
}

interface Trimming {
  readonly describe: boolean;
  /** Told of each definition that is referred to. */
  readonly visit: (definition: string) => void;
}

function trim(schema: JsonSchema, trimming: Trimming): JsonSchema {
  // The API server writes a reference with a default as the only part of an allOf.
  const ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  if (ref) {
    const definition = ref.slice(ref.lastIndexOf('/') + 1);
    trimming.visit(definition);
    return { $ref: `#/definitions/${definition}` };
  }
  const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => KEYWORDS.has(keyword)));
  if (schema.description && trimming.describe) kept.description = firstSentence(schema.description);
  else delete kept.description;
  return mergeTypes(mapSchemas(kept, (part) => trim(part, trimming)));
}

/** The API server writes a union of types as alternatives that hold nothing but a type. */
function mergeTypes(schema: JsonSchema): JsonSchema {
  const { oneOf, format: _, ...rest } = schema;
  const types = oneOf?.map(({ type, ...others }) => (Object.keys(others).length === 0 ? type : undefined));
  return types?.every((type) => typeof type === 'string') ? { ...rest, type: types } : schema;
}

function firstSentence(text: string): string {
  const sentence = /^.*?[.:](?=\s|$)/s.exec(text)?.[0] ?? text;
  return sentence.replace(/\s+/g, ' ').trim();
}
